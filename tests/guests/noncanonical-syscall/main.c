// SPDX-License-Identifier: MIT
/*
 * noncanonical-syscall: a hypercall from the last two bytes of the lower half of the address space.
 *
 * What: the instruction after it, to which the hypervisor would return, is at 0x800000000000, which is not
 * canonical. The guest's ELF has a segment there.
 *
 * Why: SYSRET with such an address faults on Intel's processors in ring 0, with the guest's stack pointer
 * already loaded: the guest would choose where the hypervisor's fault handler writes (CVE-2012-0217).
 * Emulators and AMD's processors fault in ring 3, so that only a look at the hypervisor's code, and a
 * processor of that kind, show the mistake itself.
 *
 * How: the guest gets the fault, at that address, in its own handler; or its domain ends for a stated reason.
 */
#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/test.h"
#include "tests/guests/runtime/trap.h"

const char test_name[] = "noncanonical-syscall";

#define BEYOND 0x0000800000000000

/* In edge.S: the call at the edge, with this number. */
void edge_call(uint64_t number);

static void expect_fault(uint64_t number)
{
    struct fault fault = attempt(edge_call, number);

    expect((fault.vector == PROTECTION || fault.vector == PAGE) && fault.rip == BEYOND,
           "call %u at the edge: vector %u at %x", number, fault.vector, fault.rip);
}

void test_main(void)
{
    traps_open();
    expect_fault(PV_CALL_version);
    expect_fault(PV_CALL_yield);
    expect_fault(500);
    expect(call(PV_CALL_version, 0, 0, 0) == PV_VERSION, "calls fail afterwards");
}
