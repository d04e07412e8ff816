// SPDX-License-Identifier: MIT
/*
 * From the registers of the real-time clock to seconds. They may hold anything: a battery that is empty, no
 * clock at all. What is no date gives 0.
 */
#include "lib/rtc_time.h"

#include <stdbool.h>

/* In the register of hours, of a clock of 12 hours. */
#define AFTERNOON 0x80u

/*
 * Centuries that the register may say; a year without one is of the first. Nanoseconds since 1970 have 64
 * bits until 2554.
 */
#define CENTURY_FIRST 20u
#define CENTURY_LAST  24u

struct date {
    unsigned year, month, day, hour, minute, second;
};

/* Two decimal digits or a binary number; 255, which nothing allows, for what is not decimal. */
static unsigned number(unsigned value, bool binary)
{
    if (binary) {
        return value;
    }
    return (value & 0xf) < 10 && value >> 4 < 10 ? (value >> 4) * 10 + (value & 0xf) : 255;
}

/* Hours from 0 on: on a clock of 12 hours, 12 is the first of each half. */
static unsigned hour_of(const struct rtc_registers *r, bool binary)
{
    unsigned hour;

    if ((r->status & RTC_HOURS_24) != 0) {
        return number(r->hour, binary);
    }
    hour = number(r->hour & ~AFTERNOON, binary);
    if (hour < 1 || hour > 12) {
        return 255;
    }
    return hour % 12 + ((r->hour & AFTERNOON) != 0 ? 12 : 0);
}

static unsigned year_of(const struct rtc_registers *r, bool binary)
{
    unsigned year = number(r->year, binary), century = number(r->century, binary);

    if (century < CENTURY_FIRST || century > CENTURY_LAST) {
        century = CENTURY_FIRST;
    }
    return year < 100 ? century * 100 + year : 0;
}

static bool leap(unsigned year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static unsigned month_length(unsigned year, unsigned month)
{
    static const uint8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return lengths[month - 1] + (month == 2 && leap(year) ? 1u : 0u);
}

static bool date_valid(const struct date *date)
{
    return date->year != 0 && date->month >= 1 && date->month <= 12 && date->day >= 1 &&
           date->day <= month_length(date->year, date->month) && date->hour < 24 && date->minute < 60 &&
           date->second < 60;
}

/* Days since the beginning of 1970. */
static uint64_t days(const struct date *date)
{
    uint64_t count = date->day - 1;

    for (unsigned year = 1970; year < date->year; year++) {
        count += leap(year) ? 366 : 365;
    }
    for (unsigned month = 1; month < date->month; month++) {
        count += month_length(date->year, month);
    }
    return count;
}

uint64_t rtc_time(const struct rtc_registers *r)
{
    bool binary = (r->status & RTC_BINARY) != 0;
    struct date date = {.year = year_of(r, binary),
                        .month = number(r->month, binary),
                        .day = number(r->day, binary),
                        .hour = hour_of(r, binary),
                        .minute = number(r->minute, binary),
                        .second = number(r->second, binary)};

    if (!date_valid(&date)) {
        return 0;
    }
    return ((days(&date) * 24 + date.hour) * 60 + date.minute) * 60 + date.second;
}
