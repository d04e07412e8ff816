/* SPDX-License-Identifier: MIT */
/*
 * The clock of abi/vcpu.h.
 */
#ifndef PV_TESTS_GUESTS_RUNTIME_CLOCK_H
#define PV_TESTS_GUESTS_RUNTIME_CLOCK_H

#include "tests/guests/runtime/window.h"

#include "abi/layout.h"
#include "abi/vcpu.h"

#include <stdint.h>

#define MICROSECOND 1000ul /* nanoseconds */
#define MILLISECOND 1000000ul
#define SECOND      1000000000ul

/* The page that a virtual CPU shares with the hypervisor. */
static inline volatile struct pv_vcpu_page *vcpu_page(uint64_t number)
{
    return (volatile struct pv_vcpu_page *)(WINDOW + PV_WINDOW_VCPU + number * 4096);
}

/*
 * Nanoseconds since the hypervisor's start, on the virtual CPU of this number. All that was read before it in
 * the program was read before.
 */
uint64_t clock_read(uint64_t number);

/* The smallest handler of events, to be entered by an upcall: takes all that there are, and returns. */
extern const char upcall_minimal[];

#endif
