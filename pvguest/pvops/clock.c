// SPDX-License-Identifier: MIT
// The clock: the time-stamp counter, which every mode may read, scaled as the virtual CPU's page says
// (abi/vcpu.h). The hypervisor rewrites the scale under our hands, with an odd version while it does.
#include "pvops/backend.h"

static uint64_t tsc_read(void)
{
    uint32_t low, high;

    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

// Ticks to nanoseconds; the product has 96 bits.
static uint64_t clock_scale(const struct pv_clock *clock, uint64_t ticks)
{
    return (uint64_t)((unsigned __int128)(ticks << clock->shift) * clock->scale >> 32);
}

// Whoever wrote the start info has read it from the machine's clock.
uint64_t pv_wall_clock(void)
{
    return pv_start_info->wall_clock;
}

uint64_t pv_clock_read(void)
{
    volatile struct pv_clock *shared = &pv_vcpu_page.clock;
    struct pv_clock clock;
    uint64_t now;

    do {
        clock.version = shared->version;
        clock.scale = shared->scale;
        clock.tsc_base = shared->tsc_base;
        clock.ns_base = shared->ns_base;
        clock.shift = shared->shift;
        now = tsc_read();
    } while (clock.version % 2 != 0 || clock.version != shared->version);
    return clock.ns_base + clock_scale(&clock, now - clock.tsc_base);
}
