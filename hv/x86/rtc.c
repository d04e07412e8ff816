// SPDX-License-Identifier: MIT
/*
 * Reads the real-time clock through its two ports (MC146818 datasheet). A reading counts if no update was in
 * progress before it and the next one is the same, so that none changed it half-way.
 */
#include "x86/rtc.h"

#include <stdbool.h>

#include "lib/rtc_time.h"
#include "lib/string.h"
#include "x86/clock.h"
#include "x86/instruction.h"

#define PORT_INDEX 0x70
#define PORT_DATA  0x71

/* Registers. */
#define SECOND   0x00
#define MINUTE   0x02
#define HOUR     0x04
#define DAY      0x07
#define MONTH    0x08
#define YEAR     0x09
#define STATUS_A 0x0a
#define STATUS_B 0x0b
#define CENTURY  0x32

/* In status register A: the others may not be read, for 2 ms at most. */
#define UPDATE_IN_PROGRESS 0x80
#define UPDATE_LONGEST     3000000ull

#define READINGS      16
#define NS_PER_SECOND 1000000000ull

static uint64_t wall_clock;

static uint8_t register_read(uint8_t number)
{
    port_write8(PORT_INDEX, number);
    return port_read8(PORT_DATA);
}

/* False if an update does not end: then there is no clock. */
static bool update_wait(void)
{
    uint64_t start = clock_now();

    while ((register_read(STATUS_A) & UPDATE_IN_PROGRESS) != 0) {
        if (clock_now() - start > UPDATE_LONGEST) {
            return false;
        }
        processor_relax();
    }
    return true;
}

static bool registers_read(struct rtc_registers *registers)
{
    if (!update_wait()) {
        return false;
    }
    *registers = (struct rtc_registers){.second = register_read(SECOND),
                                        .minute = register_read(MINUTE),
                                        .hour = register_read(HOUR),
                                        .day = register_read(DAY),
                                        .month = register_read(MONTH),
                                        .year = register_read(YEAR),
                                        .century = register_read(CENTURY),
                                        .status = register_read(STATUS_B)};
    return true;
}

void rtc_open(void)
{
    struct rtc_registers last, now;
    uint64_t seconds = 0;

    if (!registers_read(&last)) {
        return;
    }
    for (unsigned i = 0; i < READINGS && registers_read(&now); i++) {
        if (memcmp(&last, &now, sizeof(now)) == 0) {
            seconds = rtc_time(&now);
            break;
        }
        last = now;
    }
    wall_clock = seconds != 0 ? seconds * NS_PER_SECOND - clock_now() : 0;
}

uint64_t rtc_wall_clock(void)
{
    return wall_clock;
}
