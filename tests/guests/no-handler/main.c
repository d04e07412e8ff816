// SPDX-License-Identifier: MIT
/*
 * no-handler: an exception for which the guest has set no handler.
 *
 * What: divides by zero, at once, with nothing set; or, with the argument `removed`, after its handler was
 * set and taken away again.
 *
 * Why: the hypervisor must not enter the guest at an address that nobody gave.
 *
 * How: the domain ends, and the hypervisor names the exception; nothing that follows here is reached.
 */
#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/test.h"
#include "tests/guests/runtime/trap.h"

#include "abi/trap.h"

const char test_name[] = "no-handler";

static __attribute__((noinline)) uint64_t divide(uint64_t number, uint64_t by)
{
    uint64_t high = 0;

    __asm__ volatile("div %2" : "+a"(number), "+d"(high) : "r"(by) : "cc");
    return number;
}

void test_main(void)
{
    if (argument_is("removed")) {
        struct pv_trap trap = {.handler = 0, .vector = DIVIDE};
        traps_open();
        expect(call(PV_CALL_trap_set, (uintptr_t)&trap, 0, 0) == 0, "a handler cannot be removed");
    }
    print("dividing by zero\n");
    expect(false, "going on after dividing by zero: %x", divide(1, 0));
}
