// SPDX-License-Identifier: MIT
/*
 * The processor that this runs on: its name, its caches, and its time-stamp counter.
 */
#ifndef PV_TOOLS_BENCH_HOST_PROCESSOR_H
#define PV_TOOLS_BENCH_HOST_PROCESSOR_H

#include <stdbool.h>
#include <stdint.h>

struct processor_facts {
    char name[128];
    double clock_mhz;        /* as the system says, at the moment; 0 where it does not */
    double ticks_per_ns;     /* of the time-stamp counter, measured */
    uint64_t cache_bytes[4]; /* of levels 1 (data) to 3, by level; 0 where it is not known */
    bool virtual_machine;
};

/* Asks the system, and measures the counter for a fifth of a second. */
struct processor_facts processor_ask(void);

/* The time-stamp counter, when all instructions before are done and before any that follows begins. */
static inline uint64_t ticks_read(void)
{
    uint32_t low, high;

    __asm__ volatile("lfence\n\trdtsc\n\tlfence" : "=a"(low), "=d"(high) : : "memory");
    return (uint64_t)high << 32 | low;
}

#endif
