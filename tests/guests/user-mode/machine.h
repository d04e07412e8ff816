// SPDX-License-Identifier: MIT
/*
 * The two ways in which a kernel states its handlers and its stack: calls, or the tables of a bare PC.
 */
#ifndef PV_TESTS_GUESTS_USER_MODE_MACHINE_H
#define PV_TESTS_GUESTS_USER_MODE_MACHINE_H

#include <stdint.h>

/*
 * Sets a handler for every exception, which masks events, and the stack on which those from user mode come.
 * User mode may raise the breakpoint and the overflow exception with int n, and no other. Ends the test if it
 * cannot.
 */
void machine_open(uint64_t stack_top);

#endif
