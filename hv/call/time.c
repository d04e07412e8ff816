// SPDX-License-Identifier: MIT
/*
 * Calls about time and the processor.
 */
#include "call/call.h"
#include "core/scheduler.h"
#include "core/timer.h"

HANDLER int64_t call_yield(void)
{
    scheduler_yield(vcpu_current());
    return 0;
}

HANDLER int64_t call_block(void)
{
    vcpu_block(vcpu_current());
    return 0;
}

HANDLER int64_t call_timer_set(uint64_t deadline)
{
    if (deadline == 0) {
        timer_cancel(vcpu_current());
    } else {
        timer_set(vcpu_current(), deadline);
    }
    return 0;
}
