// SPDX-License-Identifier: MIT
// What is due: sleeps that end, alarms, and the end of the running process's slice. Nothing else is told to
// the timer, so it is silent on a machine with nothing to do. It may come earlier than needed, and is then
// set for the rest.
#include "kernel/timer.h"

#include <signal.h>

#include "kernel/process.h"
#include "kernel/scheduler.h"
#include "pvops/kernel.h"

static uint64_t armed; // it comes at this time; 0: not at all

void timer_need(uint64_t time)
{
    if (armed != 0 && armed <= time)
        return;
    armed = time;
    pvop_time_timer_set(time);
}

static void process_expire(struct process *process, uint64_t now)
{
    if (process->alarm != 0 && process->alarm <= now) {
        process->alarm = 0;
        signal_send(process, SIGALRM);
    }
    if (process->state == PROCESS_SLEEPING && process->deadline != 0 && process->deadline <= now)
        scheduler_wake_process(process);
    if (process->alarm != 0)
        timer_need(process->alarm);
    if (process->state == PROCESS_SLEEPING && process->deadline != 0)
        timer_need(process->deadline);
}

void kernel_timer(void)
{
    uint64_t now = pvop_time_read();

    armed = 0;
    for (struct process *process = process_table; process < process_table + PROCESS_LIMIT; process++) {
        if (process->state != PROCESS_UNUSED)
            process_expire(process, now);
    }
    scheduler_slice_check(now);
}
