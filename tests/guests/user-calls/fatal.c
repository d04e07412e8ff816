// SPDX-License-Identifier: MIT
/*
 * One case by its name: a return to user mode at an address where there is none, an entry without a stack, a
 * stack to which nothing can be written. Each is a kernel that broke the protocol: the hypervisor ends it,
 * and says why.
 */
#include "tests/guests/user-calls/fatal.h"

#include "abi/layout.h"
#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/memory.h"
#include "tests/guests/runtime/test.h"
#include "tests/guests/user-calls/main.h"
#include "tests/guests/user-calls/user.h"

static void return_to(uint64_t rip)
{
    leaving.rip = rip;
    begin(begin_by_words);
}

static void call_with_stack(uint64_t stack)
{
    call(PV_CALL_kernel_stack_set, stack, 0, 0);
    leaving.rip = user_address(user_call);
    begin(begin_by_words);
}

static void fault_with_stack(uint64_t stack)
{
    call(PV_CALL_kernel_stack_set, stack, 0, 0);
    leaving = state_pattern(1, user_read);
    leaving.rbx = 0x123000;
    begin(begin_by_words);
}

/* A page of the kernel's that it may not write to; the frame would reach into it from the one above. */
static uint64_t page_above_readonly(void)
{
    uint64_t below = page_take(), above = page_take();

    if (above != below + PAGE_SIZE)
        test_error("pages are not taken in order");
    page_protect(below);
    return PHYSMAP + above + 16;
}

/* The page at the hypervisor's end is the guest's; the frame would reach below. */
static void fault_at_edge(uint64_t stack)
{
    if (map_at(PV_HYPERVISOR_END, machine_address(page_take()) | ENTRY_DATA) != 0)
        test_error("there is no page at the edge");
    fault_with_stack(stack);
}

static const struct fatal_case {
    const char *name;
    void (*act)(uint64_t);
    uint64_t argument;
} cases[] = {
    {"rip-noncanonical", return_to, 0x0000800000000000},
    {"rip-hypervisor", return_to, 0xffff818000200000},
    {"rip-upper", return_to, 0xffffffff80000000},
    {"call-no-stack", call_with_stack, 0},
    {"fault-no-stack", fault_with_stack, 0},
    {"fault-unmapped", fault_with_stack, 0xffff888100000000},
    {"fault-lower", fault_with_stack, 0x10000},
    {"fault-noncanonical", fault_with_stack, 0x0000900000000000},
    {"fault-readonly", fault_with_stack, 1},
    {"fault-edge", fault_at_edge, PV_HYPERVISOR_END + 32},
};

void try_fatal(void)
{
    leaving = state_pattern(1, user_round);
    for (uint64_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (argument_is(cases[i].name)) {
            cases[i].act(cases[i].argument == 1 ? page_above_readonly() : cases[i].argument);
            expect(false, "going on after %s", cases[i].name);
            return;
        }
    }
    test_error("no such case");
}
