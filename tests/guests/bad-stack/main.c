// SPDX-License-Identifier: MIT
/*
 * bad-stack: an exception comes while the stack on which it would be delivered is none.
 *
 * What: in kernel mode a frame is pushed at the guest's stack pointer, which may be anything; from user mode
 * on the stack that kernel_stack_set named, which may be anything too. The argument chooses where it leads.
 *
 * Why: the hypervisor writes that frame, with its own rights: at an address of the hypervisor's it would
 * overwrite itself, and a fault while it writes must not be taken for a fault of its own, nor lead to another
 * delivery that faults again, without end.
 *
 * How: each case ends the domain, and the hypervisor says why; nothing that follows here is reached.
 */
#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/test.h"
#include "tests/guests/runtime/trap.h"

#include <stddef.h>

const char test_name[] = "bad-stack";

static const struct {
    const char *name;
    uint64_t stack;
} cases[] = {
    {"unmapped", 0x10000},
    {"null", 0},
    {"noncanonical", 0x0000800000000100},
    {"hypervisor", 0xffff818000210000},
    {"direct-map", 0xffff840000210000},
    {"into-hypervisor", PV_HYPERVISOR_END + 16}, /* the frame would reach down into it */
    {"read-only", WINDOW + 2048},                /* the entry page */
    {"crossing", WINDOW + PV_WINDOW_SIZE + 16},  /* from nothing down into a page that is there */
};

/* Raises an exception on this stack. */
static void fault_on(uint64_t stack)
{
    __asm__ volatile("mov %0, %%rsp; ud2" : : "r"(stack) : "memory");
}

void test_main(void)
{
    traps_open();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (!argument_is(cases[i].name))
            continue;
        print("the stack is now at %x\n", cases[i].stack);
        fault_on(cases[i].stack);
        expect(false, "going on after an exception with no stack");
        return;
    }
    test_error("no such case");
}
