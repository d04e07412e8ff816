// SPDX-License-Identifier: MIT
// The battery-backed clock of a PC (Motorola MC146818A), read through two ports. It keeps UTC, as servers set
// it.
#include "pvops/backend.h"
#include "pvops/pc.h"
#include "pvops/privileged.h"

enum {
    RTC_INDEX = 0x70,
    RTC_DATA = 0x71,

    RTC_SECONDS = 0,
    RTC_MINUTES = 2,
    RTC_HOURS = 4,
    RTC_DAY = 7,
    RTC_MONTH = 8,
    RTC_YEAR = 9,
    RTC_STATUS_A = 10,
    RTC_STATUS_B = 11,

    STATUS_A_UPDATING = 0x80,
    STATUS_B_24_HOURS = 0x02,
    STATUS_B_BINARY = 0x04,
    HOURS_AFTERNOON = 0x80,

    TRIES = 1000000, // of a clock that is always being updated
    NS_PER_SECOND = 1000000000,
};

struct rtc_time {
    unsigned second, minute, hour, day, month, year;
};

static uint8_t rtc_read(uint8_t index)
{
    port_write(RTC_INDEX, index);
    return port_read(RTC_DATA);
}

static bool rtc_settle(void)
{
    for (unsigned i = 0; i < TRIES; i++) {
        if (!(rtc_read(RTC_STATUS_A) & STATUS_A_UPDATING))
            return true;
    }
    return false;
}

static unsigned number(uint8_t raw, bool binary)
{
    return binary ? raw : (unsigned)(raw >> 4) * 10 + (raw & 0xf);
}

static struct rtc_time time_read(void)
{
    uint8_t status = rtc_read(RTC_STATUS_B), hour = rtc_read(RTC_HOURS);
    bool binary = status & STATUS_B_BINARY, half = !(status & STATUS_B_24_HOURS);
    struct rtc_time time = {
        .second = number(rtc_read(RTC_SECONDS), binary),
        .minute = number(rtc_read(RTC_MINUTES), binary),
        .hour = number(half ? hour & (uint8_t)~HOURS_AFTERNOON : hour, binary),
        .day = number(rtc_read(RTC_DAY), binary),
        .month = number(rtc_read(RTC_MONTH), binary),
        .year = 2000 + number(rtc_read(RTC_YEAR), binary),
    };

    if (half)
        time.hour = time.hour % 12 + (hour & HOURS_AFTERNOON ? 12 : 0);
    return time;
}

static bool time_is_valid(const struct rtc_time *time)
{
    return time->second < 60 && time->minute < 60 && time->hour < 24 && time->day >= 1 && time->day <= 31 &&
           time->month >= 1 && time->month <= 12 && time->year < 2100;
}

// Days since 1970 began: years that begin in March end with the day that leap years add.
static uint64_t days_of(const struct rtc_time *time)
{
    unsigned year = time->month > 2 ? time->year : time->year - 1;
    unsigned month = time->month > 2 ? time->month - 3 : time->month + 9;

    return 365ul * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + time->day - 1 - 719468;
}

uint64_t pc_wall_clock(void)
{
    struct rtc_time time;
    uint64_t seconds, now;

    if (!rtc_settle())
        return 0;
    time = time_read();
    now = pv_clock_read();
    if (!time_is_valid(&time))
        return 0;
    seconds = ((days_of(&time) * 24 + time.hour) * 60 + time.minute) * 60 + time.second;
    return seconds * NS_PER_SECOND - now;
}
