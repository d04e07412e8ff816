// SPDX-License-Identifier: MIT
/*
 * Exceptions of user mode: what the kernel's handler is shown of them, and the return to user mode.
 */
#include "abi/layout.h"
#include "abi/trap.h"
#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/memory.h"
#include "tests/guests/runtime/test.h"
#include "tests/guests/runtime/trap.h"
#include "tests/guests/user-calls/main.h"
#include "tests/guests/user-calls/user.h"

#define NOTHING 0x7fff00000000

/* A stack of the kernel's in the half that is user mode's by custom. */
#define LOW_STACK 0x200000000000

static const struct fault_case {
    const char *name;
    const char *code;
    uint64_t address; /* in rbx */
    uint64_t vector, error;
    unsigned int length; /* of the instruction, where the frame is behind it */
} cases[] = {
    {"read of nothing", user_read, NOTHING, PAGE, ERROR_USER, 0},
    {"write to nothing", user_write, NOTHING, PAGE, ERROR_USER | ERROR_WRITE, 0},
    {"write to what is for reading", user_write, USER_READONLY + 8, PAGE,
     ERROR_USER | ERROR_WRITE | ERROR_PRESENT, 0},
    {"write to code", user_write, USER_CODE, PAGE, ERROR_USER | ERROR_WRITE | ERROR_PRESENT, 0},
    {"execution of data", user_jump, USER_DATA, PAGE, ERROR_USER | ERROR_FETCH | ERROR_PRESENT, 0},
    {"execution of nothing", user_jump, NOTHING, PAGE, ERROR_USER | ERROR_FETCH, 0},
    {"read of the kernel's data", user_read, (uint64_t)(uintptr_t)&excursion, PAGE, ERROR_USER, 0},
    {"write to the kernel's data", user_write, (uint64_t)(uintptr_t)&excursion, PAGE,
     ERROR_USER | ERROR_WRITE, 0},
    {"execution of the kernel", user_jump, (uint64_t)(uintptr_t)try_faults, PAGE, ERROR_USER | ERROR_FETCH,
     0},
    {"read of the physmap", user_read, PHYSMAP, PAGE, ERROR_USER, 0},
    {"read of the vCPU page", user_read, WINDOW + PV_WINDOW_VCPU, PAGE, ERROR_USER, 0},
    {"execution of the stubs", user_jump, WINDOW, PAGE, ERROR_USER | ERROR_FETCH, 0},
    {"read of the hypervisor", user_read, 0xffff840000000000, PAGE, ERROR_USER | ERROR_PRESENT, 0},
    {"write to the hypervisor", user_write, 0xffff840000000000, PAGE,
     ERROR_USER | ERROR_WRITE | ERROR_PRESENT, 0},
    {"read of what is not canonical", user_read, 0x800000000000, PROTECTION, 0, 0},
    {"division by zero", user_divide, 0, DIVIDE, 0, 0},
    {"break point", user_break, 0, BREAKPOINT, 0, 1},
    {"undefined instruction", user_undefined, 0, UNDEFINED, 0, 0},
    {"privileged instruction", user_halt, 0, PROTECTION, 0, 0},
};

static struct state fault_state(const struct fault_case *fault, uint64_t seed, uint64_t flags)
{
    struct state state = state_pattern(seed, user_fault);

    state.rax = user_address(fault->code);
    state.rbx = fault->address;
    state.rcx = 0;
    state.rflags |= flags;
    return state;
}

static uint64_t fault_rip(const struct fault_case *fault)
{
    return fault->code == user_jump ? fault->address : user_address(fault->code) + fault->length;
}

/* The frame, word by word; `masks` is whether the handler is one that masks events. */
static void expect_frame(const struct fault_case *fault, const struct excursion *end, uint64_t stack,
                         bool masks)
{
    expect(end->vector == fault->vector && end->error == fault->error, "%s: vector %u, error %x", fault->name,
           end->vector, end->error);
    expect(end->frame.rip == fault_rip(fault), "%s: rip %x, not %x", fault->name, end->frame.rip,
           fault_rip(fault));
    expect(end->frame.cs == PV_USER_CS && end->frame.ss == PV_USER_SS, "%s: cs %x, ss %x", fault->name,
           end->frame.cs, end->frame.ss);
    expect(end->frame.rsp == leaving.rsp, "%s: rsp %x", fault->name, end->frame.rsp);
    /* RF is the processor's to set, and this emulator's not to. */
    expect((end->frame.rflags & ~FLAGS_RF) == leaving.rflags, "%s: flags %x, not %x", fault->name,
           end->frame.rflags, leaving.rflags);
    expect(end->stack == (stack & ~15ul), "%s: the frame is below %x, not %x", fault->name, end->stack,
           stack & ~15ul);
    expect(end->mask == (masks ? 1 : 0), "%s: the event mask is %u", fault->name, (uint64_t)end->mask);
    expect(fault->vector != PAGE || page()->cr2 == fault->address, "%s: cr2 is %x", fault->name, page()->cr2);
}

static void (*way(void))(void)
{
    return trapped() ? begin_by_iretq : begin_by_frame;
}

/* The exception ends the excursion. */
static void try_fault(const struct fault_case *fault, uint64_t stack, bool masks, uint64_t user_stack)
{
    uint32_t except = EXCEPT(STATE_RSP) | EXCEPT(STATE_RIP) | EXCEPT(STATE_RFLAGS);
    struct excursion end;

    leaving = fault_state(fault, 11, masks ? FLAGS_STATUS | FLAGS_AC : 0);
    leaving.rsp = user_stack;
    page()->cr2 = 0;
    end = begin(way());
    expect_state(&end.state, &leaving, except, fault->name);
    expect_frame(fault, &end, stack, masks);
    if (!trapped()) {
        page()->cr2 = 0;
        end = begin(begin_by_words);
        expect_state(&end.state, &leaving, except | EXCEPT(STATE_RCX) | EXCEPT(STATE_R11), fault->name);
        expect_frame(fault, &end, stack, masks);
    }
}

static void try_all(uint64_t stack, bool masks)
{
    handlers_set(masks, stack);
    for (uint64_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        try_fault(&cases[i], stack, masks, USER_STACK_TOP);
        try_fault(&cases[i], stack, masks, USER_HIGH_TOP);
    }
}

/* The handler returns, with the flags that it found: user mode has every register as it was. */
static void try_resume(const struct fault_case *fault)
{
    struct state wanted;
    struct excursion end;

    leaving = fault_state(fault, 12, FLAGS_STATUS | FLAGS_ID);
    wanted = leaving;
    resume = user_address(user_after);
    resume_by_iretq = trapped();
    end = begin(way());
    expect(end.vector == UNDEFINED && end.frame.rip == user_address(user_round_end),
           "%s: after a return vector %u, error %x at %x", fault->name, end.vector, end.error, end.frame.rip);
    expect_state(user_found(), &wanted, EXCEPT(STATE_RIP), fault->name);
}

/* User mode may raise what its kernel lets it, and then it is no fault: there is no error code, and rip is
 * behind. */
static void try_interrupt(void)
{
    static const struct fault_case allowed = {"int 5", user_interrupt, 0, 5, 0, 2};
    struct pv_trap trap = {
        .handler = (uintptr_t)entries[5], .vector = 5, .flags = PV_TRAP_USER | PV_TRAP_MASK_EVENTS};

    handlers_set(true, STACK_TOP(kernel_stack));
    if (call(PV_CALL_trap_set, (uintptr_t)&trap, 0, 0) != 0)
        test_error("trap_set failed");
    try_fault(&allowed, STACK_TOP(kernel_stack), true, USER_STACK_TOP);
}

/* With stacks that the fast path takes, aligned or not, and one that it leaves to C. */
void try_faults(void)
{
    const uint64_t top = STACK_TOP(kernel_stack);
    const uint64_t stacks[] = {top, top - 8, top - 1, top - 513, LOW_STACK + PAGE_SIZE};

    if (map_at(LOW_STACK, machine_address(page_take()) | ENTRY_DATA) != 0)
        test_error("there is no stack in the lower half");
    for (unsigned int masks = 0; masks < 2; masks++) {
        for (uint64_t i = 0; i < sizeof stacks / sizeof *stacks; i++)
            try_all(stacks[i], masks != 0);
        for (uint64_t j = 0; j < sizeof cases / sizeof *cases; j++)
            try_resume(&cases[j]);
    }
    if (!trapped())
        try_interrupt();
    handlers_set(true, top);
}
