// SPDX-License-Identifier: MIT
/*
 * Which virtual CPU runs next, and for how long.
 *
 * Policy: each virtual CPU has a virtual time that advances while it runs, the slower the greater its
 * domain's weight; the one with the least goes next. One that slept begins at the least of those that wait,
 * so sleeping saves nothing up. A slice ends early when somebody with less virtual time wakes up. There is no
 * tick: the alarm is set for the end of the slice, if anybody else waits, or the next timer.
 */
#ifndef PV_CORE_SCHEDULER_H
#define PV_CORE_SCHEDULER_H

#include "core/vcpu.h"

/* The longest that a virtual CPU runs while others wait, in nanoseconds. */
#define SCHEDULER_SLICE 10000000ull

#define WEIGHT_DEFAULT 256
#define WEIGHT_LIMIT   65535

/** Prepares the run queue of the processor. */
void scheduler_open(void);

/** Lets a virtual CPU run from now on. */
void scheduler_add(struct vcpu *vcpu);

/** Lets it not run any more. */
void scheduler_remove(struct vcpu *vcpu);

/** Puts a virtual CPU behind the others that wait. */
void scheduler_yield(struct vcpu *vcpu);

/** Runs the virtual CPU that is next, or waits for an interrupt. */
__attribute__((noreturn)) void scheduler_run(void);

#endif
