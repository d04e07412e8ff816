// SPDX-License-Identifier: MIT
/*
 * The table through which `syscall` dispatches.
 */
#ifndef PV_X86_CALL_TABLE_H
#define PV_X86_CALL_TABLE_H

#include <stdbool.h>

#include "abi/call.h"

/**
 * Fills a virtual CPU's dispatch table: the entry code of each call of abi/calls.def by its number, and one
 * that returns PV_E_NOCALL for every other.
 * @fast  returns from the kernel take the fast path where they can
 */
void call_table_fill(void (*table[PV_CALL_LIMIT])(void), bool fast);

#endif
