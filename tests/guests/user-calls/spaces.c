// SPDX-License-Identifier: MIT
/*
 * space_load: what it refuses, without having changed anything; and that afterwards user mode runs in the
 * root that was given, and comes back on the stack that was, while what was loaded before is free.
 */
#include "abi/layout.h"
#include "abi/mmu.h"
#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/memory.h"
#include "tests/guests/runtime/test.h"
#include "tests/guests/runtime/trap.h"
#include "tests/guests/user-calls/main.h"
#include "tests/guests/user-calls/user.h"

static char other_stack[1024] __attribute__((aligned(16)));

static int64_t space_load(uint64_t kernel, uint64_t user, uint64_t stack)
{
    return call(PV_CALL_space_load, kernel, user, stack);
}

/* A root with the same entries but for the one of an address. */
static uint64_t root_without(uint64_t root, uint64_t address)
{
    uint64_t copy = page_take();

    for (unsigned int i = 0; i < ENTRIES; i++)
        page_at(copy)[i] = i - 256 < 16 || i == (address >> 39 & 511) ? 0 : page_at(root)[i];
    table_make(copy, PV_FRAME_LEVEL4);
    return copy;
}

/* Where user mode comes back, and whether it has its upper stack. */
static void expect_space(uint64_t stack, bool upper, const char *what)
{
    struct excursion end;

    leaving = state_pattern(60, user_write);
    leaving.rbx = USER_HIGH_TOP - 16;
    leaving.rcx = 1;
    end = begin(begin_by_words);
    expect(end.stack == (stack & ~15ul), "%s: an exception comes back on the stack %x", what, end.stack);
    /* Behind the store comes a jump to where it was, which is not allowed where it was. */
    expect(end.vector == PAGE &&
               end.error == (upper ? ERROR_USER | ERROR_FETCH | ERROR_PRESENT : ERROR_USER | ERROR_WRITE),
           "%s: user mode is in another space: vector %x, error %x", what, end.vector, end.error);
    leaving = state_pattern(61, user_call);
    end = begin(begin_by_words);
    expect(end.vector == BY_SYSTEM_CALL && end.state.rsp == stack, "%s: a system call: vector %x, stack %x",
           what, end.vector, end.state.rsp);
}

static void try_refused(uint64_t kernel, uint64_t other)
{
    const uint64_t top = STACK_TOP(other_stack), data = machine_address(page_take());
    const struct {
        uint64_t kernel, user, stack;
        int64_t error;
    } bad[] = {
        {kernel, other, PV_HYPERVISOR_START, PV_E_INVALID},
        {kernel, other, PV_HYPERVISOR_END - 1, PV_E_INVALID},
        {kernel, data, top, PV_E_TYPE},
        {data, other, top, PV_E_TYPE},
        {kernel, 0, top, PV_E_OWNER},
        {0, other, top, PV_E_OWNER},
        {kernel, other | 8, top, PV_E_OWNER},
        {kernel | 8, other, top, PV_E_OWNER},
        {kernel, other | 0xfff, top, PV_E_OWNER},
        {kernel, other | 1ul << 63, top, PV_E_OWNER},
        {kernel | 1ul << 63, other, top, PV_E_OWNER},
        {UINT64_MAX, other, top, PV_E_OWNER},
        {kernel, 1ul << 40, top, PV_E_OWNER},
    };

    for (uint64_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        expect_result(space_load(bad[i].kernel, bad[i].user, bad[i].stack), -bad[i].error, "space_load", i);
        expect_space(STACK_TOP(kernel_stack), true, "after a refusal");
    }
}

/* In a multicall: with the same kernel's root it goes on, with another it stops. */
static void try_together(uint64_t kernel, uint64_t copy, uint64_t user, uint64_t other)
{
    static struct pv_multicall calls[3];

    calls[0] = (struct pv_multicall){PV_CALL_space_load, {kernel, other, STACK_TOP(other_stack)}, 77};
    calls[1] = (struct pv_multicall){PV_CALL_version, {0, 0, 0}, 77};
    calls[2] = (struct pv_multicall){PV_CALL_space_load, {copy, user, STACK_TOP(kernel_stack)}, 77};
    expect_result(call(PV_CALL_multicall, (uintptr_t)calls, 3, 0), 3, "multicall", 3);
    expect(calls[0].result == 0 && calls[1].result == PV_VERSION && calls[2].result == 0,
           "results of a multicall: %x %x %x", calls[0].result, calls[1].result, calls[2].result);
    expect_space(STACK_TOP(kernel_stack), true, "after a multicall");
    calls[0] = (struct pv_multicall){PV_CALL_space_load, {kernel, other, STACK_TOP(other_stack)}, 77};
    expect_result(call(PV_CALL_multicall, (uintptr_t)calls, 3, 0), 1, "multicall with another root", 3);
    expect_space(STACK_TOP(other_stack), false, "after a multicall that stopped");
}

void try_spaces(void)
{
    uint64_t kernel = root_page(), user = user_root(), other = root_without(user, USER_HIGH_TOP - 16),
             copy = root_without(kernel, 0x5000000000);

    expect_space(STACK_TOP(kernel_stack), true, "at first");
    try_refused(machine_address(kernel), machine_address(other));
    expect_result(space_load(machine_address(kernel), machine_address(other), STACK_TOP(other_stack) - 8), 0,
                  "space_load", other);
    expect_space(STACK_TOP(other_stack) - 8, false, "in another space");
    expect_result(page_retype(other, PV_FRAME_DATA), -PV_E_BUSY, "the user's root, in use", other);
    expect_result(page_retype(user, PV_FRAME_DATA), 0, "the user's root, not in use", user);
    expect_result(page_retype(user, PV_FRAME_LEVEL4), 0, "the user's root again", user);
    try_together(machine_address(kernel), machine_address(copy), machine_address(user),
                 machine_address(other));
    expect_result(space_load(machine_address(kernel), machine_address(user), STACK_TOP(kernel_stack)), 0,
                  "space_load", user);
    expect_result(page_retype(other, PV_FRAME_DATA), 0, "the user's root, not in use any more", other);
    expect_result(page_retype(copy, PV_FRAME_DATA), 0, "the kernel's root, not in use any more", copy);
    expect_space(STACK_TOP(kernel_stack), true, "at last");
}
