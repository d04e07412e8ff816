// SPDX-License-Identifier: MIT
/*
 * Armed timers, in the order of their deadlines.
 */
#include "core/timer.h"

#include "core/domain.h"

static struct list armed;

void timer_open(void)
{
    list_init(&armed);
}

void timer_cancel(struct vcpu *vcpu)
{
    list_remove(&vcpu->timer_link);
    vcpu->deadline = CLOCK_NEVER;
}

void timer_set(struct vcpu *vcpu, uint64_t deadline)
{
    struct vcpu *later;

    timer_cancel(vcpu);
    vcpu->deadline = deadline;
    list_for_each (later, &armed, timer_link) {
        if (later->deadline > deadline) {
            break;
        }
    }
    list_add_tail(&later->timer_link, &vcpu->timer_link);
    if (armed.next == &vcpu->timer_link) {
        vcpu_attention(vcpu->processor->current, ATTENTION_RESCHEDULE);
    }
}

uint64_t timer_next(void)
{
    return list_empty(&armed) ? CLOCK_NEVER : list_first(&armed, struct vcpu, timer_link)->deadline;
}

void timer_expire(uint64_t now)
{
    while (timer_next() <= now) {
        struct vcpu *vcpu = list_first(&armed, struct vcpu, timer_link);

        timer_cancel(vcpu);
        vcpu->domain->mode->event(vcpu, PV_EVENT_TIMER);
    }
}
