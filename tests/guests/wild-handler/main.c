// SPDX-License-Identifier: MIT
/*
 * wild-handler: handlers of exceptions at addresses that no code of the guest's can have.
 *
 * What: trap_set with a handler that is not canonical or the hypervisor's, with and without events masked on
 * entry, and then the exception. With the argument `alone` there is no handler for what comes of it either.
 *
 * Why: trap_set does not check the handler, so the address reaches the instruction with which the hypervisor
 * enters it. To an address that is not canonical IRET faults in ring 0, on processors of both makers: unless
 * the hypervisor expects that, one guest ends the machine. This emulator faults in ring 3 instead, so that
 * here only the outcome is seen; another test looks into the hypervisor's code.
 *
 * How: the guest's handler of the second exception gets it, with the wild address as the one where it
 * happened; or, with none, the domain ends.
 */
#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/test.h"
#include "tests/guests/runtime/trap.h"

#include "abi/trap.h"
#include "abi/vcpu.h"

#include <stddef.h>

const char test_name[] = "wild-handler";

static const struct {
    uint64_t address;
    uint64_t vector; /* that comes of it */
} handlers[] = {
    {0x0000800000000000, PROTECTION}, {0x4141414141414141, PROTECTION}, {0xffff7fffffffffff, PROTECTION},
    {0x8000000000000000, PROTECTION}, {PV_HYPERVISOR_START, PAGE},      {PV_HYPERVISOR_END - 1, PAGE},
    {0xffff818000200000, PAGE},
};

static void undefined(uint64_t argument)
{
    (void)argument;
    __asm__ volatile("ud2");
}

static void handler_set(uint64_t address, uint8_t flags)
{
    struct pv_trap trap = {.handler = address, .vector = UNDEFINED, .flags = flags};

    if (call(PV_CALL_trap_set, (uintptr_t)&trap, 0, 0) != 0)
        test_error("trap_set refuses it");
}

/* Only an exception with events enabled, and a handler that leaves them so, take the fast path. */
static void try_handler(size_t which, uint8_t flags, uint8_t masked)
{
    volatile struct pv_vcpu_page *page = (volatile struct pv_vcpu_page *)(WINDOW + PV_WINDOW_VCPU);
    struct fault fault;

    handler_set(handlers[which].address, flags);
    page->event_mask = masked;
    fault = attempt(undefined, 0);
    page->event_mask = 1;
    expect(fault.vector == handlers[which].vector && fault.rip == handlers[which].address,
           "a handler at %x: vector %u at %x", handlers[which].address, fault.vector, fault.rip);
    expect(call(PV_CALL_version, 0, 0, 0) == PV_VERSION, "calls fail after a handler at %x",
           handlers[which].address);
}

void test_main(void)
{
    if (argument_is("alone")) {
        handler_set(handlers[0].address, 0);
        ((volatile struct pv_vcpu_page *)(WINDOW + PV_WINDOW_VCPU))->event_mask = 0;
        undefined(0);
    }
    traps_open();
    for (size_t i = 0; i < sizeof handlers / sizeof *handlers; i++) {
        try_handler(i, 0, 0);
        try_handler(i, PV_TRAP_MASK_EVENTS, 0);
        try_handler(i, 0, 1);
    }
}
