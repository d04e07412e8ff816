// SPDX-License-Identifier: MIT
// The real-time clock: what its registers mean, and what they do not.
#include "lib/rtc_time.h"

#include <criterion/criterion.h>
#include <time.h>

#define DECIMAL 0

static uint8_t decimal(unsigned int value)
{
    return (uint8_t)(value / 10 << 4 | value % 10);
}

static struct rtc_registers noon(uint8_t status)
{
    return (struct rtc_registers){.second = 30,
                                  .minute = 15,
                                  .hour = 12,
                                  .day = 29,
                                  .month = 2,
                                  .year = 24,
                                  .century = 20,
                                  .status = status | RTC_BINARY};
}

#define NOON 1709208930ull /* 2024-02-29 12:15:30 */

Test(rtc_time, binary_of_24_hours)
{
    struct rtc_registers r = noon(RTC_HOURS_24);

    cr_expect_eq(rtc_time(&r), NOON);
}

Test(rtc_time, decimal_of_24_hours)
{
    struct rtc_registers r = {0x30, 0x15, 0x12, 0x29, 0x02, 0x24, 0x20, RTC_HOURS_24 | DECIMAL};

    cr_expect_eq(rtc_time(&r), NOON);
}

/* Both ends of both halves of a day. */
Test(rtc_time, twelve_hours)
{
    static const struct {
        uint8_t hour;
        unsigned int hours;
    } cases[] = {{12, 0}, {1, 1}, {11, 11}, {0x80 | 12, 12}, {0x80 | 1, 13}, {0x80 | 11, 23}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rtc_registers r = noon(0);
        r.hour = cases[i].hour;
        cr_expect_eq(rtc_time(&r), NOON - 12 * 3600 + cases[i].hours * 3600, "hour %#x", cases[i].hour);
        r = (struct rtc_registers){0x30, 0x15, 0, 0x29, 0x02, 0x24, 0x20, DECIMAL};
        r.hour = (uint8_t)((cases[i].hour & 0x80) | decimal(cases[i].hour & 0x7f));
        cr_expect_eq(rtc_time(&r), NOON - 12 * 3600 + cases[i].hours * 3600, "decimal hour %#x", r.hour);
    }
}

Test(rtc_time, a_century_that_makes_no_sense)
{
    static const uint8_t centuries[] = {0, 19, 30, 99, 0xff};
    struct rtc_registers r = noon(RTC_HOURS_24);

    for (size_t i = 0; i < sizeof centuries; i++) {
        r.century = centuries[i];
        cr_expect_eq(rtc_time(&r), NOON, "century %u", centuries[i]);
    }
    r.century = 21;
    cr_expect_eq(rtc_time(&r), 4864882530ull, "29 February 2124");
}

/* Every day from 2000 to 2399 is a second of midnight and a day after the one before. */
Test(rtc_time, every_day_as_the_host_counts)
{
    for (time_t day = 946684800; day < 13569465600; day += 86400) {
        struct tm tm;
        gmtime_r(&day, &tm);
        struct rtc_registers r = {0,
                                  0,
                                  0,
                                  decimal((unsigned int)tm.tm_mday),
                                  decimal((unsigned int)tm.tm_mon + 1),
                                  decimal((unsigned int)tm.tm_year % 100),
                                  decimal((unsigned int)tm.tm_year / 100 + 19),
                                  RTC_HOURS_24};
        cr_assert_eq(rtc_time(&r), (uint64_t)day, "%u-%u-%u", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
    }
}

static void expect_none(struct rtc_registers r, const char *what)
{
    cr_expect_eq(rtc_time(&r), 0, "%s", what);
}

#define WITH(field, value) (r = noon(RTC_HOURS_24), r.field = (value), r)

Test(rtc_time, what_is_no_date)
{
    struct rtc_registers r;

    expect_none(WITH(second, 60), "second 60");
    expect_none(WITH(minute, 60), "minute 60");
    expect_none(WITH(hour, 24), "hour 24");
    expect_none(WITH(day, 0), "day 0");
    expect_none(WITH(day, 30), "30 February of a leap year");
    expect_none(WITH(year, 23), "29 February of another year");
    expect_none(WITH(month, 0), "month 0");
    expect_none(WITH(month, 13), "month 13");
    expect_none(WITH(year, 100), "year 100");
    r = noon(0);
    r.hour = 0;
    expect_none(r, "hour 0 of 12");
    r.hour = 13;
    expect_none(r, "hour 13 of 12");
}

/* No clock reads as all ones, and nothing that is read crashes. */
Test(rtc_time, anything)
{
    struct rtc_registers ones = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    struct rtc_registers decimal_ones = {0x1a, 0, 0, 1, 1, 0, 0x20, RTC_HOURS_24};

    expect_none(ones, "no clock");
    expect_none(decimal_ones, "a digit that is none");
    for (unsigned int seed = 1; seed < 100000; seed++) {
        struct rtc_registers r;
        uint8_t *bytes = (uint8_t *)&r;
        uint32_t state = seed;
        for (size_t i = 0; i < sizeof r; i++) {
            state = state * 1664525 + 1013904223;
            bytes[i] = (uint8_t)(state >> 24);
        }
        cr_assert_lt(rtc_time(&r), 32503680000ull, "later than 2999");
    }
}
