// SPDX-License-Identifier: MIT
#include "tests/guests/runtime/clock.h"

static uint64_t tsc_read(void)
{
    uint32_t low, high;

    __asm__ volatile("lfence\nrdtsc" : "=a"(low), "=d"(high)::"memory");
    return (uint64_t)high << 32 | low;
}

static uint64_t scaled(const volatile struct pv_clock *clock, uint64_t ticks)
{
    return (uint64_t)((unsigned __int128)(ticks << clock->shift) * clock->scale >> 32);
}

uint64_t clock_read(uint64_t number)
{
    const volatile struct pv_clock *clock = &vcpu_page(number)->clock;
    uint32_t version;
    uint64_t now;

    do {
        version = clock->version;
        now = clock->ns_base + scaled(clock, tsc_read() - clock->tsc_base);
    } while ((version & 1) != 0 || clock->version != version);
    return now;
}
