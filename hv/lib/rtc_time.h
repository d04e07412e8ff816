// SPDX-License-Identifier: MIT
/*
 * What the registers of a PC's real-time clock mean: binary or decimal, of 12 or 24 hours.
 */
#ifndef PV_LIB_RTC_TIME_H
#define PV_LIB_RTC_TIME_H

#include <stdint.h>

/* Bits of status register B (MC146818 datasheet, register B). */
#define RTC_HOURS_24 0x02
#define RTC_BINARY   0x04

/* The registers as they are read. */
struct rtc_registers {
    uint8_t second, minute, hour, day, month, year;
    uint8_t century; /* most PCs have it in register 0x32; not used unless it makes sense */
    uint8_t status;  /* register B */
};

/** Seconds since the beginning of 1970, if the clock is in UTC; 0 if what it shows is no time since then. */
uint64_t rtc_time(const struct rtc_registers *registers);

#endif
