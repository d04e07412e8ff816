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
#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/clock.h"
#include "tests/guests/runtime/test.h"

const char test_name[] = "ticker";

static void yield(void)
{
    call(PV_CALL_yield, 0, 0, 0);
}

static void sleep(void)
{
    vcpu_page(0)->event_mask = 1;
    call(PV_CALL_timer_set, clock_read(0) + MILLISECOND, 0, 0);
    call(PV_CALL_block, 0, 0, 0);
}

void test_main(void)
{
    void (*wait)(void) = argument_is("sleep") ? sleep : yield;

    call(PV_CALL_event_entry_set, (uintptr_t)upcall_minimal, 0, 0);
    for (uint64_t tick = 1;; tick++) {
        print("tick %u\n", tick);
        wait();
    }
}
