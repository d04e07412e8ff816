// SPDX-License-Identifier: MIT
// Who runs, who sleeps, and the switch from one process to another.
//
// Where there is no process to run, the boot stack goes on with the idle loop. The address space and the
// floating-point registers stay those of who ran last.
#include "kernel/scheduler.h"

#include <errno.h>

#include "kernel/process.h"
#include "kernel/queue.h"
#include "kernel/space.h"
#include "kernel/stack.h"
#include "kernel/syscall.h"
#include "kernel/timer.h"
#include "pvops/context.h"
#include "pvops/kernel.h"

// Nanoseconds: how long one runs while others wait; and of virtual time, by how much it has to be ahead of
// one that wakes up to lose the processor to it at once.
enum { SLICE = 10000000, GRANULARITY = 1000000 };

bool scheduler_due;

static struct process_link sleepers = {&sleepers, &sleepers};
static void *idle_context;
static struct process *fpu_owner; // whose state is in the registers
static uint64_t accounted;        // up to this time
static uint64_t slice_end;
static uint64_t idle_time;
static uint64_t switches;

uint64_t scheduler_account(void)
{
    uint64_t now = pvop_time_read();
    uint64_t time = now - accounted;
    struct process *process = process_running;

    accounted = now;
    if (process == NULL) {
        idle_time += time;
        return now;
    }
    process->time_ns += time;
    queue_charge(process, time);
    return now;
}

uint64_t scheduler_idle_time(void)
{
    return idle_time;
}

uint64_t scheduler_switches(void)
{
    return switches;
}

static void fpu_switch(struct process *next)
{
    if (fpu_owner == next)
        return;
    if (fpu_owner != NULL)
        pv_fpu_save(fpu_owner->fpu);
    pv_fpu_restore(next->fpu);
    fpu_owner = next;
}

static void slice_start(uint64_t now)
{
    slice_end = now + SLICE;
    if (!queue_is_empty())
        timer_need(slice_end);
}

// Goes on with a process; where this stack is to go on is kept in *save.
static void switch_to(void **save, struct process *next, uint64_t now)
{
    process_running = next;
    slice_start(now);
    switches++;
    space_activate_with(next->space, next->stack_top);
    fpu_switch(next);
    pv_stack_switch(save, next->context);
}

// Goes on with the first of the queue, or with the idle loop, whatever has become of the process that runs.
static void switch_away(uint64_t now)
{
    struct process *previous = process_running;
    struct process *next = queue_take();

    scheduler_due = false;
    stack_check((unsigned)(previous - process_table));
    if (next == NULL) {
        process_running = NULL;
        pv_stack_switch(&previous->context, idle_context);
    } else if (next == previous) {
        slice_start(now);
    } else {
        switch_to(&previous->context, next, now);
    }
}

_Noreturn void scheduler_run(void)
{
    accounted = pvop_time_read();
    for (;;) {
        struct process *next = queue_take();

        if (next != NULL) {
            switch_to(&idle_context, next, scheduler_account());
        } else {
            pvop_irq_wait();
            pvop_irq_disable();
        }
    }
}

// Puts a process that waited for something into the queue.
static void ready(struct process *process)
{
    queue_refresh(process);
    queue_add(process);
    if (process_running == NULL)
        return;
    timer_need(slice_end);
    if (process->virtual_time + GRANULARITY < process_running->virtual_time)
        scheduler_due = true;
}

void scheduler_add(struct process *process)
{
    ready(process);
}

static void sleep_end(struct process *process, bool woken)
{
    process->woken = woken;
    queue_unlink(&process->link);
    ready(process);
}

bool scheduler_sleep_until(const void *channel, uint64_t deadline)
{
    struct process *process = process_running;

    process->woken = false;
    if (!signal_pending()) {
        process->channel = channel;
        process->deadline = deadline;
        process->state = PROCESS_SLEEPING;
        queue_link(&sleepers, &process->link);
        if (deadline != 0)
            timer_need(deadline);
        switch_away(scheduler_account());
    }
    if (!process->woken)
        process->interrupted = true;
    return process->woken;
}

bool scheduler_sleep(const void *channel)
{
    return scheduler_sleep_until(channel, 0);
}

void scheduler_wake(const void *channel)
{
    struct process_link *next;

    for (struct process_link *at = sleepers.next; at != &sleepers; at = next) {
        next = at->next;
        if (queue_process(at)->channel == channel)
            sleep_end(queue_process(at), true);
    }
}

void scheduler_wake_process(struct process *process)
{
    sleep_end(process, true);
}

void scheduler_interrupt(struct process *process)
{
    if (process->state == PROCESS_SLEEPING)
        sleep_end(process, false);
}

void scheduler_stop(void)
{
    switch_away(scheduler_account());
}

_Noreturn void scheduler_leave(void)
{
    fpu_owner = NULL;
    switch_away(scheduler_account());
    kernel_panic("a process that has ended runs again");
}

void scheduler_slice_check(uint64_t now)
{
    if (process_running == NULL || queue_is_empty())
        return;
    if (now >= slice_end)
        scheduler_due = true;
    else
        timer_need(slice_end);
}

void scheduler_preempt(void)
{
    uint64_t now;

    if (!scheduler_due)
        return;
    now = scheduler_account();
    queue_add(process_running);
    switch_away(now);
}

void scheduler_yield(void)
{
    uint64_t now;

    if (queue_is_empty())
        return;
    now = scheduler_account();
    queue_add_last(process_running);
    switch_away(now);
}

int64_t sys_yield(void)
{
    scheduler_yield();
    return 0;
}

int64_t sys_nice(uint64_t increment)
{
    struct process *process = process_running;
    int64_t nice = process->nice + (int64_t)(int)increment;

    scheduler_account();
    if (nice < PROCESS_NICE_LEAST)
        nice = PROCESS_NICE_LEAST;
    if (nice > PROCESS_NICE_MOST)
        nice = PROCESS_NICE_MOST;
    process->nice = (int)nice;
    return nice - PROCESS_NICE_LEAST;
}
