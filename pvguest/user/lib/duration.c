// SPDX-License-Identifier: MIT
// Durations: reads them, sleeps, and reads the clocks.
#include "duration.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "program.h"

enum { MINUTE = 60, HOUR = 3600, LONGEST = 366 * 24 * HOUR };

// The digits behind a decimal point, in billionths; moves *text behind them.
static uint64_t decimals_read(const char **text)
{
    uint64_t value = 0;
    uint64_t unit = NS_PER_SECOND / 10;

    for (++*text; **text >= '0' && **text <= '9'; ++*text) {
        value += (uint64_t)(**text - '0') * unit;
        unit /= 10;
    }
    return value;
}

// How many seconds the letter behind a number stands for; 0: it is no such letter.
static uint64_t unit_read(const char *text)
{
    if (!*text || !strcmp(text, "s"))
        return 1;
    return !strcmp(text, "m") ? MINUTE : !strcmp(text, "h") ? HOUR : 0;
}

uint64_t duration_read(const char *text)
{
    bool number = strspn(text, ".") < strspn(text, ".0123456789");
    char *end = NULL;
    const char *rest = NULL;
    uint64_t seconds = 0;
    uint64_t decimals = 0;
    uint64_t unit = 0;

    if (!number)
        program_usage();
    seconds = strtoul(text, &end, 10);
    rest = end;
    if (*rest == '.')
        decimals = decimals_read(&rest);
    unit = unit_read(rest);
    if (!unit || seconds > LONGEST / unit)
        program_usage();
    return (seconds * NS_PER_SECOND + decimals) * unit;
}

void duration_sleep(uint64_t nanoseconds)
{
    struct timespec left = {.tv_sec = (time_t)(nanoseconds / NS_PER_SECOND),
                            .tv_nsec = (long)(nanoseconds % NS_PER_SECOND)};

    while (nanosleep(&left, &left))
        ;
}

uint64_t duration_clock(int clock)
{
    struct timespec now = {0};

    if (clock_gettime((clockid_t)clock, &now))
        return 0;
    return (uint64_t)now.tv_sec * NS_PER_SECOND + (uint64_t)now.tv_nsec;
}
