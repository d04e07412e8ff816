// SPDX-License-Identifier: MIT
/*
 * The run queue. The running virtual CPU stays on it, so the choice is always among all that can run.
 */
#include "core/scheduler.h"

#include "core/domain.h"
#include "core/timer.h"
#include "x86/clock.h"

static struct {
    struct list runnable;
    uint64_t least; /* no virtual time on the queue is below: newcomers begin here */
} queue;

void scheduler_open(void)
{
    list_init(&queue.runnable);
}

static uint64_t least_waiting(uint64_t least)
{
    struct vcpu *vcpu;

    list_for_each (vcpu, &queue.runnable, run_link) {
        least = vcpu->virtual_time < least ? vcpu->virtual_time : least;
    }
    return least;
}

/* Advances the virtual time of the one that runs, and with it the time at which newcomers begin. */
static void charge(struct vcpu *vcpu, uint64_t now)
{
    uint64_t time, charged;

    if (vcpu->domain == NULL) {
        return;
    }
    time = vcpu->uncharged + (now - vcpu->run_start);
    charged = time * WEIGHT_DEFAULT / vcpu->domain->weight;
    vcpu->uncharged = time - charged * vcpu->domain->weight / WEIGHT_DEFAULT;
    vcpu->virtual_time += charged;
    vcpu->run_start = now;
    if (!list_empty(&vcpu->run_link) && vcpu->virtual_time > queue.least) {
        queue.least = least_waiting(vcpu->virtual_time);
    }
}

void scheduler_add(struct vcpu *vcpu)
{
    charge(vcpu->processor->current, clock_now());
    vcpu->state = VCPU_RUNNABLE;
    if (vcpu->virtual_time < queue.least) {
        vcpu->virtual_time = queue.least;
    }
    list_add_tail(&queue.runnable, &vcpu->run_link);
    vcpu_attention(vcpu->processor->current, ATTENTION_RESCHEDULE);
}

void scheduler_remove(struct vcpu *vcpu)
{
    list_remove(&vcpu->run_link);
}

static struct vcpu *choose(void)
{
    struct vcpu *vcpu, *best = NULL;

    list_for_each (vcpu, &queue.runnable, run_link) {
        if (best == NULL || vcpu->virtual_time < best->virtual_time) {
            best = vcpu;
        }
    }
    return best;
}

void scheduler_yield(struct vcpu *vcpu)
{
    struct vcpu *other;

    list_for_each (other, &queue.runnable, run_link) {
        if (other->virtual_time >= vcpu->virtual_time) {
            vcpu->virtual_time = other->virtual_time + 1;
        }
    }
    list_remove(&vcpu->run_link);
    list_add_tail(&queue.runnable, &vcpu->run_link);
    vcpu_attention(vcpu, ATTENTION_RESCHEDULE);
}

/* Whether more than one can run, so that the slice matters. */
static bool contended(void)
{
    return queue.runnable.next != queue.runnable.previous;
}

static void alarm_set(uint64_t now)
{
    uint64_t slice_end = contended() ? now + SCHEDULER_SLICE : CLOCK_NEVER;
    uint64_t timer = timer_next();

    clock_alarm(timer < slice_end ? timer : slice_end);
}

void scheduler_run(void)
{
    struct processor *processor = &boot_processor;
    struct vcpu *current = processor->current, *next;
    uint64_t now = clock_now();

    charge(current, now);
    next = choose();
    alarm_set(now);
    if (next == NULL) {
        if (current != processor->idle) {
            vcpu_switch(current, processor->idle);
        }
        entry_idle(processor->stack);
    }
    next->run_start = now;
    if (next != current) {
        vcpu_switch(current, next);
    }
    entry_resume(next);
}
