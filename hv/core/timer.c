// SPDX-License-Identifier: MIT
/*
 * Armed timers, in a heap by their deadlines for each processor. The lock of a heap is held while an event is
 * sent: so who has cancelled a timer knows that no event of it is under way. `urgency` is read
 * without it: others may only put the first one off, and then an alarm comes at which nothing is due.
 */
#include "core/timer.h"

#include "core/domain.h"
#include "lib/list.h"
#include "lib/ticket.h"

static struct timers {
    struct ticket_lock lock;
    struct heap armed;
    uint64_t urgency; /* CLOCK_NEVER less the least deadline; 0 while none is armed */
} __attribute__((aligned(64))) timers[PROCESSOR_LIMIT];

static struct timers *timers_of(const struct processor *processor)
{
    return &timers[processor->number];
}

/* After each change of the heap, whose lock is held. */
static void urgency_note(struct timers *own)
{
    uint64_t urgency = own->armed.least != NULL ? CLOCK_NEVER - own->armed.least->key : 0;

    __atomic_store_n(&own->urgency, urgency, __ATOMIC_RELAXED);
}

void timer_disarm(struct timer *timer)
{
    struct timers *own;

    if (timer->processor == NULL) {
        return;
    }
    own = timers_of(timer->processor);
    ticket_take(&own->lock, LOCK_TIMERS);
    heap_remove(&own->armed, &timer->link);
    urgency_note(own);
    ticket_put(&own->lock, LOCK_TIMERS);
    timer->processor = NULL;
}

void timer_arm(struct timer *timer, uint64_t deadline)
{
    struct timers *own = timers_of(processor_self());
    bool first;

    timer_disarm(timer);
    timer->link.key = deadline;
    timer->processor = processor_self();
    ticket_take(&own->lock, LOCK_TIMERS);
    heap_add(&own->armed, &timer->link);
    first = own->armed.least == &timer->link;
    urgency_note(own);
    ticket_put(&own->lock, LOCK_TIMERS);
    if (first) {
        vcpu_attention(vcpu_current(), ATTENTION_RESCHEDULE);
    }
}

static void event_expire(struct timer *timer)
{
    struct vcpu *vcpu = container_of(timer, struct vcpu, timer);

    vcpu->domain->mode->event(vcpu, PV_EVENT_TIMER);
}

static void wait_expire(struct timer *timer)
{
    vcpu_notify(container_of(timer, struct vcpu, wait_timer), ATTENTION_EVENT);
}

void timer_cancel(struct vcpu *vcpu)
{
    timer_disarm(&vcpu->timer);
}

void timer_set(struct vcpu *vcpu, uint64_t deadline)
{
    vcpu->timer.expire = event_expire;
    timer_arm(&vcpu->timer, deadline);
}

void timer_wait_cancel(struct vcpu *vcpu)
{
    timer_disarm(&vcpu->wait_timer);
}

void timer_wait_set(struct vcpu *vcpu, uint64_t deadline)
{
    vcpu->wait_timer.expire = wait_expire;
    timer_arm(&vcpu->wait_timer, deadline);
}

void timer_end(struct vcpu *vcpu)
{
    timer_cancel(vcpu);
    timer_wait_cancel(vcpu);
}

uint64_t timer_next(const struct processor *processor)
{
    return CLOCK_NEVER - __atomic_load_n(&timers_of(processor)->urgency, __ATOMIC_RELAXED);
}

void timer_expire(uint64_t now)
{
    struct timers *own = timers_of(processor_self());

    ticket_take(&own->lock, LOCK_TIMERS);
    while (own->armed.least != NULL && own->armed.least->key <= now) {
        struct timer *timer = container_of(own->armed.least, struct timer, link);

        heap_remove(&own->armed, &timer->link);
        timer->expire(timer);
    }
    urgency_note(own);
    ticket_put(&own->lock, LOCK_TIMERS);
}
