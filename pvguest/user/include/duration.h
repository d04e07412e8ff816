// SPDX-License-Identifier: MIT
// Durations in nanoseconds, as people write them.
#ifndef PV_USER_DURATION_H
#define PV_USER_DURATION_H

#include <stdint.h>

enum { NS_PER_MS = 1000000, NS_PER_SECOND = 1000000000 };

// Returns the nanoseconds of a number of seconds with up to nine decimals, which may end in s, m (minutes) or
// h; a wrong one ends the program by program_usage().
uint64_t duration_read(const char *text);

// Sleeps that long, however many signals come.
void duration_sleep(uint64_t nanoseconds);

// What a clock of <time.h> shows, in nanoseconds. 0: there is no such clock.
uint64_t duration_clock(int clock);

#endif
