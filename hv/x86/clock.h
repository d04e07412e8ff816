// SPDX-License-Identifier: MIT
/*
 * Time: nanoseconds since the hypervisor started, from the time-stamp counter, and the processor's alarm.
 */
#ifndef PV_X86_CLOCK_H
#define PV_X86_CLOCK_H

#include <stdint.h>

#include "abi/vcpu.h"

#define CLOCK_NEVER UINT64_MAX

/** Measures the time-stamp counter and the APIC's timer against the 8254. Takes 30 ms. */
void clock_open(void);

/** Nanoseconds since clock_open. */
uint64_t clock_now(void);

/** The frequency of the time-stamp counter in kHz. */
uint64_t clock_tsc_khz(void);

/** Arms this processor's timer interrupt for a time in nanoseconds; CLOCK_NEVER silences it. */
void clock_alarm(uint64_t deadline);

/** Writes the scale of the clock for a guest to read. */
void clock_publish(struct pv_clock *clock);

#endif
