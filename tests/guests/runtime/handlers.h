// SPDX-License-Identifier: MIT
/*
 * The two ways in which a kernel states its handlers and its stack: calls, or the tables of a bare PC.
 */
#ifndef PV_TESTS_GUESTS_RUNTIME_HANDLERS_H
#define PV_TESTS_GUESTS_RUNTIME_HANDLERS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Sets a handler for every exception, in either mode of the domain, and the stack on which those from user
 * mode come. User mode may raise the breakpoint and the overflow exception with int n, and no other. Ends the
 * test if it cannot.
 * @entries      code for each vector, 16 bytes each
 * @mask_events  the handlers are entered with events masked
 */
void handlers_open(const char entries[32][16], bool mask_events, uint64_t stack_top);

#endif
