// SPDX-License-Identifier: MIT
/*
 * Armed timers, in a heap by their deadlines.
 */
#include "core/timer.h"

#include "core/domain.h"

static struct heap armed;

void timer_cancel(struct vcpu *vcpu)
{
    heap_remove(&armed, &vcpu->timer);
}

void timer_set(struct vcpu *vcpu, uint64_t deadline)
{
    timer_cancel(vcpu);
    vcpu->timer.key = deadline;
    heap_add(&armed, &vcpu->timer);
    if (armed.least == &vcpu->timer) {
        vcpu_attention(vcpu->processor->current, ATTENTION_RESCHEDULE);
    }
}

uint64_t timer_next(void)
{
    return armed.least != NULL ? armed.least->key : CLOCK_NEVER;
}

void timer_expire(uint64_t now)
{
    while (timer_next() <= now) {
        struct vcpu *vcpu = container_of(armed.least, struct vcpu, timer);

        timer_cancel(vcpu);
        vcpu->domain->mode->event(vcpu, PV_EVENT_TIMER);
    }
}
