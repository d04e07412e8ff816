// SPDX-License-Identifier: MIT
/*
 * Which virtual CPU runs next, where, and for how long.
 *
 * Policy. Each processor has a queue. Each virtual CPU has a virtual time that advances while it runs, the
 * slower the greater its domain's weight; of a queue, the one with the least goes next. A slice ends early
 * when somebody with less virtual time wakes up. One that slept keeps what it left unused up to one slice, so
 * that sleeping saves nothing more up; one that comes from another queue keeps its lead or its lag, up to
 * what it would use in SCHEDULER_LAG slices. One that yields goes behind those that wait.
 *
 * One that wakes goes to where it ran last, or, if somebody runs there, to a processor that is idle. A
 * processor that becomes idle takes the next one from another's queue; one on which some wait gives one away
 * at the end of a slice, when it could run sooner elsewhere. A domain may be kept to some processors, and
 * each of its virtual CPUs to a share of one (its cap), which is refilled once in SCHEDULER_PERIOD.
 *
 * There is no tick: the alarm is set for the end of the slice, if anybody else waits; for that of the share,
 * if there is a cap; or for the next timer.
 *
 * Locks. Each queue has one. It guards the queue, and of each virtual CPU whose `entry.processor` is that
 * queue's: the state, the times, and where it is. It is held while the processor changes from one to another.
 */
#ifndef PV_CORE_SCHEDULER_H
#define PV_CORE_SCHEDULER_H

#include "core/vcpu.h"

/* The longest that a virtual CPU runs while others wait, in nanoseconds. */
#define SCHEDULER_SLICE 10000000ull

/* How far from the others one may be that comes from another queue, in slices of its own. */
#define SCHEDULER_LAG 2

/* The time in which a cap holds, in nanoseconds. */
#define SCHEDULER_PERIOD 100000000ull

#define WEIGHT_DEFAULT 256
#define WEIGHT_LIMIT   65535

/** Prepares the queue of a processor. */
void scheduler_open(const struct processor *processor);

/**
 * Lets a virtual CPU run, from now on, that was in another state; on some processor.
 * Returns whether it was in that state.
 */
bool scheduler_add(struct vcpu *vcpu, enum vcpu_state from);

/**
 * Lets the current virtual CPU not run any more, once it comes to its processor's choice of the next: it is
 * in another state from now on.
 */
void scheduler_remove(struct vcpu *vcpu, enum vcpu_state to);

/** Makes a virtual CPU that runs elsewhere come into the hypervisor, to see what it is asked for. */
void scheduler_kick(struct vcpu *vcpu);

/** Whether no processor has the state of a virtual CPU loaded, so that it may be changed. */
bool scheduler_has_left(struct vcpu *vcpu);

/** Goes over from what a processor runs to its idle virtual CPU. The other may be freed afterwards. */
void scheduler_abandon(struct processor *self);

/** Puts the current virtual CPU behind the others that wait. */
void scheduler_yield(struct vcpu *vcpu);

/** The state of a virtual CPU, and how it spent its time until now. */
struct vcpu_times {
    enum vcpu_state state;
    uint32_t processor;          /* where it runs or ran last */
    uint64_t spent[SPEND_KINDS]; /* nanoseconds, by enum spending: they add up to its age */
};
struct vcpu_times scheduler_times(struct vcpu *vcpu);

/** How long a processor has been idle, in nanoseconds. */
uint64_t scheduler_idle_time(const struct processor *processor);

/**
 * Makes what is to run next `current`, with its state loaded, and sets the alarm for when to come back; when
 * nobody can run, that is the idle virtual CPU.
 * @self  the processor that executes this
 */
void scheduler_turn(struct processor *self);

#endif
