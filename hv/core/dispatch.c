// SPDX-License-Identifier: MIT
/*
 * From the scheduler's choice to the entry code.
 */
#include "core/dispatch.h"

#include "core/scheduler.h"
#include "lib/lock_order.h"
#include "x86/entry.h"

void dispatch(void)
{
    struct processor *self = processor_self();

    scheduler_turn(self);
    lock_order_none();
    if (self->current == self->idle) {
        entry_idle(self->stack);
    }
    entry_resume(self->current);
}
