// SPDX-License-Identifier: MIT
/*
 * The real-time clock of a PC, which says what day it is.
 */
#ifndef PV_X86_RTC_H
#define PV_X86_RTC_H

#include <stdint.h>

/** Reads it, once; the clock (x86/clock.h) must run. Takes up to 2 ms, and gives up when there is none. */
void rtc_open(void);

/** Nanoseconds since 1970 (UTC) at time 0 of the clock; 0 if that is not known. */
uint64_t rtc_wall_clock(void);

#endif
