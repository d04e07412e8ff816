// SPDX-License-Identifier: MIT
// The timer has one user at a time: whoever armed it last.
#include "timer.h"

#include "pvops/pvops.h"

volatile bool timer_expired;

void kernel_timer(void)
{
    timer_expired = true;
}

void timer_arm(uint64_t ns)
{
    timer_expired = false;
    pv_ops->time.timer_set(pv_ops->time.read() + ns);
}

void timer_sleep(uint64_t ns)
{
    timer_arm(ns);
    pv_ops->irq.disable();
    while (!timer_expired) {
        pv_ops->irq.wait();
        pv_ops->irq.disable();
    }
    pv_ops->irq.enable();
}

double timer_seconds(void)
{
    return (double)pv_ops->time.read() / NS_PER_SECOND;
}
