// SPDX-License-Identifier: MIT
/*
 * Armed timers, in a heap by their deadlines for each processor. The lock of a heap is held while an event is
 * sent: so who has cancelled a timer knows that no event of it is under way.
 */
#include "core/timer.h"

#include "core/domain.h"
#include "lib/list.h"
#include "lib/ticket.h"

static struct timers {
    struct ticket_lock lock;
    struct heap armed;
} __attribute__((aligned(64))) timers[PROCESSOR_LIMIT];

static struct timers *timers_of(const struct processor *processor)
{
    return &timers[processor->number];
}

void timer_cancel(struct vcpu *vcpu)
{
    struct timers *own;

    if (vcpu->timer_processor == NULL) {
        return;
    }
    own = timers_of(vcpu->timer_processor);
    ticket_take(&own->lock);
    heap_remove(&own->armed, &vcpu->timer);
    ticket_put(&own->lock);
    vcpu->timer_processor = NULL;
}

void timer_set(struct vcpu *vcpu, uint64_t deadline)
{
    struct timers *own = timers_of(processor_self());
    bool first;

    timer_cancel(vcpu);
    vcpu->timer.key = deadline;
    vcpu->timer_processor = processor_self();
    ticket_take(&own->lock);
    heap_add(&own->armed, &vcpu->timer);
    first = own->armed.least == &vcpu->timer;
    ticket_put(&own->lock);
    if (first) {
        vcpu_attention(vcpu_current(), ATTENTION_RESCHEDULE);
    }
}

uint64_t timer_next(const struct processor *processor)
{
    struct timers *own = timers_of(processor);
    uint64_t next;

    ticket_take(&own->lock);
    next = own->armed.least != NULL ? own->armed.least->key : CLOCK_NEVER;
    ticket_put(&own->lock);
    return next;
}

void timer_expire(uint64_t now)
{
    struct timers *own = timers_of(processor_self());

    ticket_take(&own->lock);
    while (own->armed.least != NULL && own->armed.least->key <= now) {
        struct vcpu *vcpu = container_of(own->armed.least, struct vcpu, timer);

        heap_remove(&own->armed, &vcpu->timer);
        vcpu->domain->mode->event(vcpu, PV_EVENT_TIMER);
    }
    ticket_put(&own->lock);
}
