// SPDX-License-Identifier: MIT
/*
 * Armed timers, in a heap by their deadlines for each processor.
 */
#include "core/timer.h"

#include "core/domain.h"
#include "lib/list.h"
#include "lib/ticket.h"

static struct timers {
    struct ticket_lock lock;
    struct heap armed;
    const struct vcpu *firing; /* whose event is being sent */
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

static bool is_firing(struct timers *timers, const struct vcpu *vcpu)
{
    bool firing;

    ticket_take(&timers->lock);
    firing = timers->firing == vcpu;
    ticket_put(&timers->lock);
    return firing;
}

void timer_end(struct vcpu *vcpu)
{
    timer_cancel(vcpu);
    for (uint32_t i = 0; i < processor_count; i++) {
        while (is_firing(&timers[i], vcpu)) {
            lock_wait();
        }
    }
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
        own->firing = vcpu;
        ticket_put(&own->lock);
        vcpu->domain->mode->event(vcpu, PV_EVENT_TIMER);
        ticket_take(&own->lock);
        own->firing = NULL;
    }
    ticket_put(&own->lock);
}
