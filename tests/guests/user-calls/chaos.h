// SPDX-License-Identifier: MIT
/*
 * Garbage on the ways into user mode and back.
 */
#ifndef PV_TESTS_GUESTS_USER_CALLS_CHAOS_H
#define PV_TESTS_GUESTS_USER_CALLS_CHAOS_H

#include <stdint.h>

/* Goes to user mode with garbage many times. The domain may end; if it does not, that is a success. */
void chaos(uint64_t seed);

#endif
