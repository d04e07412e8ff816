// SPDX-License-Identifier: MIT
// The run queue: the processes that are PROCESS_RUNNABLE, sorted by virtual time. And rings of processes in
// general.
#ifndef PV_KERNEL_QUEUE_H
#define PV_KERNEL_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/process.h"

// The process that a link is of.
static inline struct process *queue_process(struct process_link *link)
{
    return (struct process *)link;
}

// Puts a link into a ring, before another; takes it out of the ring that it is in.
void queue_link(struct process_link *before, struct process_link *link);
void queue_unlink(struct process_link *link);

// Adds a process by its virtual time, behind all that have the same; makes it PROCESS_RUNNABLE.
void queue_add(struct process *process);

// Adds a process as the last, with at least the virtual time of who was that.
void queue_add_last(struct process *process);

// Takes the first process, which becomes PROCESS_RUNNING; NULL: there is none.
struct process *queue_take(void);

bool queue_is_empty(void);

// Adds a time (nanoseconds) that a process had the processor to its virtual time.
void queue_charge(struct process *process, uint64_t time);

// Puts a process that did not run for a while to the front, but not further than is fair to the others.
void queue_refresh(struct process *process);

#endif
