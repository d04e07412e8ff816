// SPDX-License-Identifier: MIT
// Who runs, who sleeps, and the switch from one process to another.
//
// Where there is no process to run, the processor's first stack goes on with the idle loop. On one processor
// the address space and the floating-point registers stay those of who ran last. On several both are left
// with the process, since it may go on elsewhere.
#include "kernel/scheduler.h"

#include <errno.h>

#include "kernel/process.h"
#include "kernel/processor.h"
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

static struct process_link sleepers = {&sleepers, &sleepers};
static uint64_t switches;

uint64_t scheduler_account(void)
{
    struct processor *here = processor_here();
    uint64_t now = pvop_time_read();
    uint64_t time = now - here->accounted;
    struct process *process = here->running;

    here->accounted = now;
    if (process == NULL) {
        here->idle_time += time;
        return now;
    }
    process->time_ns += time;
    queue_charge(process, time);
    return now;
}

uint64_t scheduler_idle_time(void)
{
    uint64_t now = pvop_time_read(), time = 0;

    for (const struct processor *at = processors; at < processors + processor_count; at++) {
        time += at->idle_time;
        if (at->running == NULL && now > at->accounted)
            time += now - at->accounted;
    }
    return time;
}

uint64_t scheduler_switches(void)
{
    return switches;
}

static void fpu_switch(struct processor *here, struct process *next)
{
    if (here->fpu_owner == next)
        return;
    if (here->fpu_owner != NULL)
        pv_fpu_save(here->fpu_owner->fpu);
    pv_fpu_restore(next->fpu);
    here->fpu_owner = next;
}

// Takes from the processor what a process has loaded there that may go on elsewhere.
static void unload(struct processor *here, struct process *next)
{
    if (processor_count == 1)
        return;
    if (here->fpu_owner != NULL)
        pv_fpu_save(here->fpu_owner->fpu);
    here->fpu_owner = NULL;
    if (next == NULL)
        space_activate(NULL);
}

static void slice_start(uint64_t now)
{
    struct processor *here = processor_here();

    here->slice_end = now + SLICE;
    if (!queue_is_empty())
        timer_need(here->slice_end);
}

// Goes on with a process; where this stack is to go on is kept in *save.
static void switch_to(void **save, struct process *next, uint64_t now)
{
    struct processor *here = processor_here();

    here->running = next;
    slice_start(now);
    switches++;
    space_activate_with(next->space, next->stack_top);
    fpu_switch(here, next);
    pv_stack_switch(save, next->context);
}

// Goes on with the first of the queue, or with the idle loop, whatever has become of the process that runs.
static void switch_away(uint64_t now)
{
    struct processor *here = processor_here();
    struct process *previous = here->running;
    struct process *next = queue_take();

    here->due = false;
    stack_check((unsigned)(previous - process_table));
    if (next == previous) {
        slice_start(now);
        return;
    }
    unload(here, next);
    if (next == NULL) {
        here->running = NULL;
        pv_stack_switch(&previous->context, here->idle_context);
    } else {
        switch_to(&previous->context, next, now);
    }
}

_Noreturn void scheduler_run(void)
{
    struct processor *here = processor_here(); // always the same: this stack is its own

    here->accounted = pvop_time_read();
    for (;;) {
        struct process *next = queue_take();

        here->called = false;
        if (next != NULL) {
            switch_to(&here->idle_context, next, scheduler_account());
        } else {
            kernel_leave();
            pvop_irq_wait();
            pvop_irq_disable();
            kernel_enter();
        }
    }
}

// The processor on which nothing runs; or else where the one runs that is furthest ahead.
static struct processor *processor_for(void)
{
    struct processor *best = processor_here();

    for (struct processor *at = processors; at < processors + processor_count && best->running != NULL;
         at++) {
        if (at->running == NULL || at->running->virtual_time > best->running->virtual_time)
            best = at;
    }
    return best;
}

// Puts a process that waited for something into the queue. A processor that is idle is not called for it yet:
// who woke it may be about to sleep, and then it goes on here.
static void ready(struct process *process)
{
    struct processor *processor = processor_for();

    queue_refresh(process);
    queue_add(process);
    if (processor->running == NULL)
        return;
    timer_need(processor->slice_end);
    if (process->virtual_time + GRANULARITY < processor->running->virtual_time) {
        processor->due = true;
        processor_call(processor);
    }
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

bool scheduler_sleep_counted(uint32_t *sleepers)
{
    bool woken;

    ++*sleepers;
    woken = scheduler_sleep(sleepers);
    --*sleepers;
    return woken;
}

void scheduler_wake_counted(const uint32_t *sleepers)
{
    if (*sleepers != 0)
        scheduler_wake(sleepers);
}

void scheduler_wake_process(struct process *process)
{
    sleep_end(process, true);
}

// Has the processor on which a process runs come into the kernel.
static void call_in(const struct process *process)
{
    for (struct processor *at = processors; at < processors + processor_count; at++) {
        if (at->running == process)
            processor_call(at);
    }
}

void scheduler_interrupt(struct process *process)
{
    if (process->state == PROCESS_SLEEPING)
        sleep_end(process, false);
    else if (process->state == PROCESS_RUNNING)
        call_in(process);
}

void scheduler_offer(void)
{
    struct processor *at = processors;

    if (queue_is_empty())
        return;
    while (at < processors + processor_count && (at->running != NULL || at->called))
        at++;
    if (at < processors + processor_count) {
        at->called = true;
        processor_call(at);
    }
}

void scheduler_stop(void)
{
    switch_away(scheduler_account());
}

_Noreturn void scheduler_leave(void)
{
    processor_here()->fpu_owner = NULL;
    switch_away(scheduler_account());
    kernel_panic("a process that has ended runs again");
}

static void slice_check(struct processor *processor, uint64_t now)
{
    if (processor->running == NULL)
        return;
    if (now < processor->slice_end) {
        timer_need(processor->slice_end);
    } else {
        processor->due = true;
        processor_call(processor);
    }
}

void scheduler_slice_check(uint64_t now)
{
    for (unsigned i = 0; i < processor_count && !queue_is_empty(); i++)
        slice_check(&processors[i], now);
}

bool scheduler_due(void)
{
    return processor_here()->due;
}

void scheduler_preempt(void)
{
    uint64_t now;

    if (!scheduler_due())
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
