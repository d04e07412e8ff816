// SPDX-License-Identifier: MIT
/*
 * One-shot timers of virtual CPUs. To set or cancel one takes a number of steps that grows with the logarithm
 * of how many are armed.
 */
#ifndef PV_CORE_TIMER_H
#define PV_CORE_TIMER_H

#include "core/vcpu.h"
#include "x86/clock.h"

/** Arms a virtual CPU's timer for a time in nanoseconds of the clock, in place of what was set before. */
void timer_set(struct vcpu *vcpu, uint64_t deadline);

/** Disarms it. */
void timer_cancel(struct vcpu *vcpu);

/** When the next timer is due; CLOCK_NEVER when none is armed. */
uint64_t timer_next(void);

/** Sends the event of every timer that is due. */
void timer_expire(uint64_t now);

#endif
