// SPDX-License-Identifier: MIT
// The timer has one user at a time: whoever armed it last.
#include "timer.h"

#include "pvops/kernel.h"
#include "pvops/pvops.h"

volatile bool timer_expired;

void kernel_timer(void)
{
    timer_expired = true;
}

void timer_arm(uint64_t ns)
{
    timer_expired = false;
    pvop_time_timer_set(pvop_time_read() + ns);
}

void timer_sleep(uint64_t ns)
{
    timer_arm(ns);
    pvop_irq_disable();
    while (!timer_expired) {
        pvop_irq_wait();
        pvop_irq_disable();
    }
    pvop_irq_enable();
}

double timer_seconds(void)
{
    return (double)pvop_time_read() / NS_PER_SECOND;
}
