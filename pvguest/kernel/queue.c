// SPDX-License-Identifier: MIT
// A ring through the processes, with its head between the last and the first. Who comes mostly belongs to the
// end, so the place is looked for from there.
#include "kernel/queue.h"

#include <stddef.h>

// Nanoseconds of virtual time: what the first is ahead of the others when it has slept; and so much is added
// at most at a time, for a process that runs alone is of no interest.
enum { BONUS = 5000000, CHARGE_MOST = 1000000000 };

// Virtual time has these bits for a fraction while it is weighed.
enum { RATE_SHIFT = 20 };

static struct process_link queue = {&queue, &queue};

// The virtual time of who came to run last; it never falls, and starts where BONUS can be taken from it.
static uint64_t floor_time = CHARGE_MOST;

void queue_link(struct process_link *before, struct process_link *link)
{
    link->next = before;
    link->previous = before->previous;
    before->previous->next = link;
    before->previous = link;
}

void queue_unlink(struct process_link *link)
{
    link->previous->next = link->next;
    link->next->previous = link->previous;
}

bool queue_is_empty(void)
{
    return queue.next == &queue;
}

void queue_add(struct process *process)
{
    struct process_link *at = &queue;

    while (at->previous != &queue && queue_process(at->previous)->virtual_time > process->virtual_time)
        at = at->previous;
    process->state = PROCESS_RUNNABLE;
    queue_link(at, &process->link);
}

void queue_add_last(struct process *process)
{
    const struct process *last = queue_process(queue.previous);

    if (!queue_is_empty() && last->virtual_time > process->virtual_time)
        process->virtual_time = last->virtual_time;
    queue_add(process);
}

struct process *queue_take(void)
{
    struct process *process = queue_process(queue.next);

    if (queue_is_empty())
        return NULL;
    queue_unlink(&process->link);
    process->state = PROCESS_RUNNING;
    if (process->virtual_time > floor_time)
        floor_time = process->virtual_time;
    return process;
}

// How fast virtual time goes: by a quarter faster for each step of niceness.
static uint64_t virtual_rate(int nice)
{
    uint64_t rate = UINT64_C(1) << RATE_SHIFT;

    for (; nice > 0; nice--)
        rate += rate / 4;
    for (; nice < 0; nice++)
        rate -= rate / 5;
    return rate;
}

void queue_charge(struct process *process, uint64_t time)
{
    if (time > CHARGE_MOST)
        time = CHARGE_MOST;
    if (process->nice != 0)
        time = time * virtual_rate(process->nice) >> RATE_SHIFT;
    process->virtual_time += time;
}

void queue_refresh(struct process *process)
{
    if (process->virtual_time < floor_time - BONUS)
        process->virtual_time = floor_time - BONUS;
}
