// SPDX-License-Identifier: MIT
/*
 * The table through which `syscall` dispatches.
 */
#ifndef PV_X86_CALL_TABLE_H
#define PV_X86_CALL_TABLE_H

#include "abi/call.h"

/**
 * Fills a virtual CPU's dispatch table: the entry code of each call of abi/calls.def by its number, and one
 * that returns PV_E_NOCALL for every other.
 */
void call_table_fill(void (*table[PV_CALL_LIMIT])(void));

#endif
