// SPDX-License-Identifier: MIT
/*
 * Time: newlib's <time.h>, and the clocks that it lacks on this target (IEEE Std 1003.1-2017, <time.h>). Time
 * is UTC everywhere.
 */
#ifndef PV_USER_TIME_H
#define PV_USER_TIME_H

#include_next <time.h>

#undef CLOCK_REALTIME
#define CLOCK_REALTIME           ((clockid_t)0)
#define CLOCK_MONOTONIC          ((clockid_t)1)
#define CLOCK_PROCESS_CPUTIME_ID ((clockid_t)2)

// Writes what a clock shows: since 1970, since the machine's start, or for how long this process
// has had the processor. 0, or -1 with errno EINVAL or EFAULT.
int clock_gettime(clockid_t clock, struct timespec *now);

// Sleeps for `time`. 0; or -1 with errno EINTR after a signal's handler, and then the time that was left is
// in `left`, if that is not NULL.
int nanosleep(const struct timespec *time, struct timespec *left);

#endif
