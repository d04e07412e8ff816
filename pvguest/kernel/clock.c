// SPDX-License-Identifier: MIT
// The system calls that tell the time, and that wait for one.
#include "kernel/clock.h"

#include <errno.h>

#include "kernel/process.h"
#include "kernel/scheduler.h"
#include "kernel/syscall.h"
#include "kernel/timer.h"
#include "kernel/user.h"
#include "pvops/pvops.h"

// Nanoseconds; and no time that the kernel computes with is longer than TIME_MOST, so that no sum of two
// overflows.
#define SECOND    INT64_C(1000000000)
#define TIME_MOST (INT64_C(1) << 62)

uint64_t clock_wall(void)
{
    return pvop_time_wall_clock() + pvop_time_read();
}

int64_t clock_read_user(uint64_t address)
{
    struct time_value time;

    if (!user_read(&time, address, sizeof time))
        return -EFAULT;
    if (time.seconds < 0 || time.nanoseconds < 0 || time.nanoseconds >= SECOND)
        return -EINVAL;
    if (time.seconds >= TIME_MOST / SECOND)
        return TIME_MOST;
    return time.seconds * SECOND + time.nanoseconds;
}

int64_t clock_write_user(uint64_t address, uint64_t nanoseconds)
{
    struct time_value time = {
        .seconds = (int64_t)(nanoseconds / SECOND),
        .nanoseconds = (int64_t)(nanoseconds % SECOND),
    };

    return user_write(address, &time, sizeof time) ? 0 : -EFAULT;
}

int64_t sys_clock(uint64_t clock, uint64_t time)
{
    switch (clock) {
    case CLOCK_OF_DAY:
        return clock_write_user(time, clock_wall());
    case CLOCK_SINCE_START:
        return clock_write_user(time, pvop_time_read());
    case CLOCK_OF_PROCESS:
        scheduler_account();
        return clock_write_user(time, process_running->time_ns);
    case CLOCK_OF_CHILDREN:
        return clock_write_user(time, process_running->children_ns);
    default:
        return -EINVAL;
    }
}

// Tells what is left of a sleep that a signal ended.
static int64_t sleep_interrupted(struct process *process, uint64_t end, uint64_t remaining)
{
    uint64_t now = pvop_time_read();

    process->restart_never = true;
    if (remaining != 0 && clock_write_user(remaining, end > now ? end - now : 0) != 0)
        return -EFAULT;
    process->sleep_end = end;
    return -EINTR;
}

// A sleep that goes on after a stop ends when it would have ended without.
int64_t sys_sleep(uint64_t request, uint64_t remaining)
{
    struct process *process = process_running;
    int64_t duration = clock_read_user(request);
    uint64_t end = process->sleep_end;

    process->sleep_end = 0;
    if (duration < 0)
        return duration;
    if (end == 0)
        end = pvop_time_read() + (uint64_t)duration;
    while (pvop_time_read() < end) {
        if (!scheduler_sleep_until(&process->deadline, end))
            return sleep_interrupted(process, end, remaining);
    }
    return 0;
}

int64_t sys_alarm(uint64_t seconds)
{
    struct process *process = process_running;
    uint64_t now = pvop_time_read();
    uint64_t left = process->alarm > now ? process->alarm - now : 0;

    process->alarm = 0;
    if ((uint32_t)seconds != 0) {
        process->alarm = now + (uint32_t)seconds * (uint64_t)SECOND;
        timer_need(process->alarm);
    }
    return (int64_t)((left + SECOND - 1) / SECOND);
}
