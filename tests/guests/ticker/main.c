// SPDX-License-Identifier: MIT
/*
 * ticker: prints a line whenever it gets the processor, for ever.
 *
 * What: it prints a numbered line and gives the processor away; with the argument `sleep`, for a millisecond,
 * until its timer wakes it.
 *
 * Why: what takes the hypervisor long shows as a time without such lines.
 *
 * How: the test counts them between two lines of others. It cannot report a success itself.
 */
#include "abi/vcpu.h"

#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/test.h"

const char test_name[] = "ticker";

#define SOON 1000000 /* nanoseconds */

static volatile struct pv_vcpu_page *const page = (void *)(WINDOW + PV_WINDOW_VCPU);

/* upcall.S: takes the events that there are. */
extern const char upcall[];

/* Nanoseconds of the clock (abi/vcpu.h); the hypervisor does not change its scale while it runs. */
static uint64_t now(void)
{
    uint32_t low, high;

    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    uint64_t ticks = ((uint64_t)high << 32 | low) - page->clock.tsc_base;
    unsigned __int128 scaled = (unsigned __int128)(ticks << page->clock.shift) * page->clock.scale;
    return page->clock.ns_base + (uint64_t)(scaled >> 32);
}

static void yield(void)
{
    call(PV_CALL_yield, 0, 0, 0);
}

static void sleep(void)
{
    page->event_mask = 1;
    call(PV_CALL_timer_set, now() + SOON, 0, 0);
    call(PV_CALL_block, 0, 0, 0);
}

void test_main(void)
{
    void (*wait)(void) = argument_is("sleep") ? sleep : yield;

    call(PV_CALL_event_entry_set, (uintptr_t)upcall, 0, 0);
    for (uint64_t tick = 1;; tick++) {
        print("tick %u\n", tick);
        wait();
    }
}
