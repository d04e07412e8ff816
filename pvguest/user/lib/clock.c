// SPDX-License-Identifier: MIT
// Time (<time.h>, <sys/time.h>, <unistd.h>).
#include <errno.h>
#include <stdint.h>
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>
#include <unistd.h>

#include "syscall.h"

#define NS_PER_US     1000
#define US_PER_SECOND 1000000
#define NS_PER_TICK   (1000000000 / CLOCKS_PER_SEC)

int clock_gettime(clockid_t clock, struct timespec *now)
{
    return (int)syscall_result(syscall_clock((uint64_t)clock, (uintptr_t)now));
}

// There are no time zones: `zone` is not written.
int gettimeofday(struct timeval *restrict time, void *restrict zone)
{
    struct timespec now;

    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &now) < 0)
        return -1;
    time->tv_sec = now.tv_sec;
    time->tv_usec = now.tv_nsec / NS_PER_US;
    return 0;
}

int nanosleep(const struct timespec *time, struct timespec *left)
{
    return (int)syscall_result(syscall_sleep((uintptr_t)time, (uintptr_t)left));
}

// A part of a second that was left counts as a whole one, so that what was cut short never looks finished.
unsigned sleep(unsigned seconds)
{
    struct timespec time = {.tv_sec = seconds};

    if (nanosleep(&time, &time) == 0)
        return 0;
    return (unsigned)time.tv_sec + (time.tv_nsec > 0);
}

int usleep(useconds_t microseconds)
{
    struct timespec time = {
        .tv_sec = (time_t)(microseconds / US_PER_SECOND),
        .tv_nsec = (long)(microseconds % US_PER_SECOND) * NS_PER_US,
    };

    return nanosleep(&time, NULL);
}

static clock_t clock_ticks(clockid_t clock)
{
    struct timespec now;

    if (clock_gettime(clock, &now) < 0)
        return (clock_t)-1;
    return (clock_t)(now.tv_sec * CLOCKS_PER_SEC + now.tv_nsec / NS_PER_TICK);
}

// The kernel does not tell its own time for a process from the program's, and keeps nothing of children that
// ended.
clock_t times(struct tms *times)
{
    *times = (struct tms){.tms_utime = clock_ticks(CLOCK_PROCESS_CPUTIME_ID)};
    return clock_ticks(CLOCK_MONOTONIC);
}
