// SPDX-License-Identifier: MIT
// Who runs. Each runnable process has a virtual time, which grows by the time that it had the processor, the
// slower the less nice it is; the one with the least runs next. One that slept comes back with nearly the
// least, so it runs soon, but cannot save up time. After a slice, others with less virtual time have their
// turn.
//
// The timer is armed for what is due next, and only then: a sleeper's deadline, an alarm, a slice's end while
// others wait.
#ifndef PV_KERNEL_SCHEDULER_H
#define PV_KERNEL_SCHEDULER_H

#include <stdbool.h>
#include <stdint.h>

struct process;

// Sleeps until scheduler_wake(channel). A channel is any address that both sides know. Returns false if a
// signal came first: then the system call has to return, with -EINTR if it has done nothing yet. True may
// also come when what was waited for is gone again: callers look anew. No wake-up is lost: between looking
// and sleeping nobody else runs.
bool scheduler_sleep(const void *channel);

// The same, but with true at a time (nanoseconds since the machine's start; 0: no such time) at the latest.
bool scheduler_sleep_until(const void *channel, uint64_t deadline);

// Wakes every process that sleeps on a channel. Any time, also from the handler of an event.
void scheduler_wake(const void *channel);

// The same with a count, at first 0, of those who sleep for it: so that nobody is looked for where nobody is.
bool scheduler_sleep_counted(uint32_t *sleepers);
void scheduler_wake_counted(const uint32_t *sleepers);

// Wakes a process that sleeps, whatever for, because its deadline has come.
void scheduler_wake_process(struct process *process);

// Lets every other runnable process run first.
void scheduler_yield(void);

// Makes a new process, or one that was stopped, runnable.
void scheduler_add(struct process *process);

// Interrupts a process's sleep because of a signal, or what it does in user mode on another processor.
void scheduler_interrupt(struct process *process);

// Stops the current process, until scheduler_add().
void scheduler_stop(void);

// Leaves the current process, which has ended, for good.
_Noreturn void scheduler_leave(void);

// Notes whether a running process's slice has ended at a time, or has the timer come when it will; if others
// wait.
void scheduler_slice_check(uint64_t now);

// Whether another process is to run before the current one returns to user mode.
bool scheduler_due(void);

// Lets it, if so.
void scheduler_preempt(void);

// Before user mode goes on here: calls an idle processor, if others wait.
void scheduler_offer(void);

// Adds the time since it was last done to the current process's; returns the time now.
uint64_t scheduler_account(void);

// Nanoseconds in which no process ran, and how often another process came to run.
uint64_t scheduler_idle_time(void);
uint64_t scheduler_switches(void);

// The kernel's last act at boot: runs processes for ever, and sleeps when there is none to run.
_Noreturn void scheduler_run(void);

#endif
