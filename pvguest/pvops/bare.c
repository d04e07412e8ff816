// SPDX-License-Identifier: MIT
// The timer behind the PC's, which reaches no further than 54.9 ms, and what goes with it.
#include "pvops/bare.h"

#include "pvops/backend.h"
#include "pvops/pc.h"
#include "pvops/privileged.h"

// Intel SDM volume 4, table 2-2.
#define MSR_FS_BASE 0xc0000100

// The time that kernel_timer() is to be called at, or 0. The PC's timer may come early: then it is armed
// again.
static uint64_t timer_deadline;

void bare_yield(void)
{
    __builtin_ia32_pause();
}

void bare_end(uint8_t reason)
{
    pc_exit(reason);
    for (;;)
        processor_halt();
}

bool bare_fs_base_set(uint64_t base)
{
    return msr_write(MSR_FS_BASE, base);
}

static void timer_interrupt(void)
{
    uint64_t now = pv_clock_read();

    if (timer_deadline > now) {
        pc_timer_arm(timer_deadline - now);
    } else if (timer_deadline) {
        timer_deadline = 0;
        kernel_timer();
    }
}

// What is let in beside the timer says that something was typed.
void bare_dispatch(unsigned vector)
{
    if (vector == PV_VECTOR_PROCESSOR) {
        kernel_interrupt();
        return;
    }
    if (!pc_interrupt_take(vector))
        return;
    if (vector == PV_VECTOR_EXCEPTIONS + PC_INTERRUPT_TIMER)
        timer_interrupt();
    else
        kernel_console();
}

// The interrupt handler uses the deadline and the timer, so it is kept out.
void bare_timer_set(uint64_t deadline)
{
    uint64_t state = pvop_irq_save();
    uint64_t now = pv_clock_read();

    timer_deadline = deadline;
    if (deadline)
        pc_timer_arm(deadline > now ? deadline - now : 0);
    else
        pc_timer_disarm();
    pvop_irq_restore(state);
}
