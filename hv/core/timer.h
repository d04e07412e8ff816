// SPDX-License-Identifier: MIT
/*
 * One-shot timers; each virtual CPU has two. To set or cancel one takes a number of steps that
 * grows with the logarithm of how many are armed on the same processor. A timer stays on the processor where
 * it was set, wherever its virtual CPU goes.
 */
#ifndef PV_CORE_TIMER_H
#define PV_CORE_TIMER_H

#include "core/vcpu.h"
#include "x86/clock.h"

/**
 * Arms a timer, on this processor, for a time in nanoseconds of the clock, in place of what it was set to
 * before. Its `expire` is called with the lock of the processor's timers held.
 */
void timer_arm(struct timer *timer, uint64_t deadline);

/** Disarms it: `expire` is not under way afterwards. */
void timer_disarm(struct timer *timer);

/** The same for the timer of a virtual CPU. */
void timer_set(struct vcpu *vcpu, uint64_t deadline);
void timer_cancel(struct vcpu *vcpu);

/** The same for the timer that ends a sleep in port_wait: it notifies the virtual CPU, and sends no event. */
void timer_wait_set(struct vcpu *vcpu, uint64_t deadline);
void timer_wait_cancel(struct vcpu *vcpu);

/** When the next timer of a processor's is due; CLOCK_NEVER when none is armed. */
uint64_t timer_next(const struct processor *processor);

/** Disarms both: none of their events is under way afterwards. */
void timer_end(struct vcpu *vcpu);

/**
 * Sends the event of every timer of this processor's that is due. A mode's `event` must not set or cancel a
 * timer.
 */
void timer_expire(uint64_t now);

#endif
