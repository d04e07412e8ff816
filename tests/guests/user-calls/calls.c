// SPDX-License-Identifier: MIT
/*
 * System calls and the returns from them.
 */
#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/test.h"
#include "tests/guests/runtime/trap.h"
#include "tests/guests/user-calls/main.h"
#include "tests/guests/user-calls/user.h"

#define ROUNDS 4

/* What the processor loads from r11 in both modes: no RF, and nothing that is not the guest's to choose. */
#define FLAGS_LOADED (FLAGS_STATUS | FLAGS_DF | FLAGS_AC | FLAGS_ID)

static void (*const begin_ways[2][2])(void) = {{begin_by_frame, begin_by_words},
                                               {begin_by_iretq, begin_by_sysret}};

/* At the entry: every register as user mode had it, on the right stack, with events masked. */
static void expect_entry(const struct excursion *end, const struct state *user, const char *what)
{
    struct state wanted = *user;

    wanted.rip = user_address(user_round_call) + 2;
    wanted.rflags |= FLAGS_IF;
    wanted.rsp = trapped() ? user->rsp : STACK_TOP(kernel_stack);
    expect_state(&end->state, &wanted, EXCEPT(STATE_RCX) | EXCEPT(STATE_R11), what);
    expect(user_rsp == user->rsp, "%s: the stack pointer of user mode was %x, not %x", what, user_rsp,
           user->rsp);
    expect(end->mask == 1, "%s: the kernel is entered with events enabled", what);
    expect(trapped() || entry_flags == (FLAGS_ONE | FLAGS_IF), "%s: the kernel is entered with flags %x",
           what, entry_flags);
    expect(trapped() || end->state.rcx == (uintptr_t)system_call, "%s: rcx is %x", what, end->state.rcx);
}

/* User mode loads registers and calls; that ends it. */
static void try_entry(void (*how)(void), const struct state *user, const char *what)
{
    struct excursion end;

    *user_loaded() = *user;
    leaving = state_pattern(99, user_round);
    answers = 0;
    end = begin(how);
    expect(end.vector == BY_SYSTEM_CALL, "%s: a system call ends with vector %x at %x", what, end.vector,
           end.frame.rip);
    expect_entry(&end, user, what);
}

static void try_entries(void)
{
    static const uint64_t stacks[] = {0, 8, 0x7fffffffffff, 0x800000000000, 0xffff818000200000, UINT64_MAX};

    for (unsigned int way = 0; way < 2; way++) {
        for (uint64_t i = 0; i < ROUNDS; i++) {
            struct state user = state_pattern(i, user_round);
            user.rflags |= i % 2 != 0 ? FLAGS_STATUS | FLAGS_DF | FLAGS_AC | FLAGS_ID : 0;
            try_entry(begin_ways[trapped()][way], &user, "a system call");
        }
        for (uint64_t i = 0; i < sizeof stacks / sizeof *stacks; i++) {
            struct state user = state_pattern(i, user_round);
            user.rsp = stacks[i];
            try_entry(begin_ways[trapped()][way], &user, "a system call on a strange stack");
        }
    }
}

/* In mode=trap: the kernel's flags are those of user mode but for what SFMASK names, which r11 still has. */
static void try_flag_mask(uint64_t flags, uint64_t mask)
{
    struct state user = state_pattern(8, user_round);
    struct excursion end;

    user.rflags |= flags;
    *user_loaded() = user;
    leaving = state_pattern(98, user_round);
    answers = 0;
    entry_flags = UINT64_MAX;
    msr_write(MSR_SFMASK, mask);
    end = begin(begin_by_sysret);
    expect(end.vector == BY_SYSTEM_CALL && entry_flags == ((user.rflags & ~mask) | FLAGS_ONE | FLAGS_IF),
           "a system call with flags %x, masked by %x: vector %x, and the kernel has %x", user.rflags, mask,
           end.vector, entry_flags);
    expect(end.state.rflags == user.rflags, "a system call with flags %x, masked by %x: r11 is %x",
           user.rflags, mask, end.state.rflags);
    expect(end.mask == ((mask & FLAGS_IF) != 0), "a system call, masked by %x: the event mask is %u", mask,
           (uint64_t)end.mask);
}

/* Each bit of SFMASK alone, all but each, none and all of them. */
static void try_flag_masks(void)
{
    for (uint64_t bit = 1; bit <= UINT32_MAX; bit <<= 1) {
        try_flag_mask(FLAGS_LOADED, bit);
        try_flag_mask(FLAGS_LOADED, UINT32_MAX & ~bit);
        try_flag_mask(0, bit);
    }
    try_flag_mask(FLAGS_LOADED, 0);
    try_flag_mask(FLAGS_LOADED, UINT32_MAX);
    system_call_entry_set((uintptr_t)system_call_trapped);
}

/* A call that is answered: user mode goes on behind it with what the kernel gave. */
static void try_answer(const struct state *given, uint64_t flags, const char *what)
{
    struct state user = state_pattern(7, user_round), wanted = *given;
    struct excursion end;

    *user_loaded() = user;
    *user_found() = (struct state){.rax = 0};
    leaving = user;
    answer = *given;
    answer.rip = user_address(user_after);
    answer.rflags = flags;
    answers = 1;
    end = begin(trapped() ? begin_by_sysret : begin_by_words);
    expect(end.vector == UNDEFINED && end.frame.rip == user_address(user_round_end),
           "%s: user mode ended with vector %x, error %x at %x", what, end.vector, end.error, end.frame.rip);
    wanted.rcx = user_address(user_after);
    wanted.rflags = (flags & FLAGS_LOADED) | FLAGS_ONE | FLAGS_IF;
    wanted.r11 = wanted.rflags;
    expect_state(user_found(), &wanted, EXCEPT(STATE_RIP) | (trapped() ? EXCEPT(STATE_R11) : 0), what);
    expect((end.frame.rflags & FLAGS_IF) != 0, "%s: events are masked in user mode", what);
}

static void try_answers(void)
{
    static const uint64_t flags[] = {0,
                                     FLAGS_IF,
                                     FLAGS_STATUS,
                                     FLAGS_DF,
                                     FLAGS_IOPL,
                                     FLAGS_NT,
                                     FLAGS_RF,
                                     FLAGS_VM,
                                     FLAGS_AC,
                                     FLAGS_VIF | FLAGS_VIP,
                                     FLAGS_ID,
                                     UINT32_MAX & ~FLAGS_TF,
                                     UINT64_MAX & ~FLAGS_TF};
    static const uint64_t stacks[] = {0, 0x800000000000, 0xffff818000200000, UINT64_MAX};

    for (uint64_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        struct state given = state_pattern(i + 20, user_round);
        try_answer(&given, flags[i] | (trapped() ? FLAGS_IF : 0), "a return with flags");
    }
    for (uint64_t i = 0; i < sizeof stacks / sizeof *stacks; i++) {
        struct state given = state_pattern(i + 40, user_round);
        given.rsp = stacks[i];
        try_answer(&given, FLAGS_IF, "a return to a strange stack");
    }
}

/* The trap flag is user mode's to have: it stops after an instruction there, and never in the hypervisor. */
static void try_single_step(void)
{
    struct excursion end;

    leaving = state_pattern(3, user_round);
    leaving.rflags |= FLAGS_TF;
    end = begin(trapped() ? begin_by_sysret : begin_by_words);
    expect(end.vector == DEBUG && end.frame.rip - user_address(user_round) < 16 &&
               (end.frame.rflags & FLAGS_TF) != 0,
           "the trap flag: vector %x at %x, flags %x", end.vector, end.frame.rip, end.frame.rflags);
    expect((excursion.frame.cs & 3) == 3, "the trap flag: the frame is of cs %x", end.frame.cs);
}

/* Without an entry `syscall` does not exist; user mode never makes a hypercall. */
static void try_no_entry(void)
{
    struct excursion end;

    system_call_entry_set(0);
    leaving = state_pattern(4, user_call);
    leaving.rax = PV_CALL_exit;
    end = begin(trapped() ? begin_by_iretq : begin_by_frame);
    expect(end.vector == UNDEFINED && end.frame.rip == user_address(user_call),
           "without an entry a system call raises vector %x at %x", end.vector, end.frame.rip);
    expect_state(&end.state, &leaving,
                 EXCEPT(STATE_RSP) | EXCEPT(STATE_RCX) | EXCEPT(STATE_R11) | EXCEPT(STATE_RIP) |
                     EXCEPT(STATE_RFLAGS),
                 "without an entry");
    system_call_entry_set((uintptr_t)(trapped() ? system_call_trapped : system_call));
    end = begin(trapped() ? begin_by_iretq : begin_by_frame);
    expect(end.vector == BY_SYSTEM_CALL && end.state.rax == PV_CALL_exit,
           "a system call with the number of exit ends with vector %x", end.vector);
}

static struct pv_vcpu_counts counts_read(void)
{
    struct pv_vcpu_counts counts;

    if (call(PV_CALL_vcpu_counts, (uintptr_t)&counts, 0, 0) != 0)
        test_error("vcpu_counts failed");
    return counts;
}

/*
 * What an excursion counts as, between two calls of vcpu_counts: by the first of them, and the way in. It is
 * tried again while the machine interrupts it, since another guest may have run then.
 */
static void try_counts(const char *code, uint64_t syscalls, uint64_t traps)
{
    struct pv_vcpu_counts before, after;

    do {
        before = counts_read();
        leaving = state_pattern(6, code);
        begin(begin_by_words);
        after = counts_read();
    } while (after.interrupts != before.interrupts);
    expect(after.syscalls - before.syscalls == syscalls && after.traps - before.traps == traps &&
               after.calls - before.calls == 2 && after.root_loads - before.root_loads == 2,
           "there and back counts as %u system calls, %u traps, %u calls, %u loads of roots",
           after.syscalls - before.syscalls, after.traps - before.traps, after.calls - before.calls,
           after.root_loads - before.root_loads);
}

/* Addresses at which SYSRET would fault in ring 0, or that are the hypervisor's. */
static void try_bad_entries(void)
{
    static const uint64_t bad[] = {0x800000000000,      0xffff7fffffffffff, 0x8000000000000000,
                                   PV_HYPERVISOR_START, 0xffff818000200000, PV_HYPERVISOR_END - 1};

    for (uint64_t i = 0; i < sizeof bad / sizeof *bad; i++)
        expect_result(call(PV_CALL_syscall_entry_set, bad[i], 0, 0), -PV_E_INVALID, "syscall_entry_set",
                      bad[i]);
}

/* In mode=trap: EFER.SCE as a bit that can be cleared, and what sysretq refuses, in the kernel. */
static void try_processor(void)
{
    uint64_t efer = msr_read(MSR_EFER);
    struct excursion end;

    expect((efer & EFER_SCE) != 0, "EFER is %x", efer);
    leaving = state_pattern(5, user_call);
    leaving.rip = 0x800000000000;
    leaving.rsp = STACK_TOP(kernel_stack); /* the exception comes on the stack that was to be user mode's */
    end = begin(begin_by_sysret);
    expect(end.vector == PROTECTION && end.frame.cs == PV_KERNEL_CS, "sysretq to %x: vector %x, cs %x",
           leaving.rip, end.vector, end.frame.cs);
    leaving.rip = user_address(user_call);
    msr_write(MSR_EFER, efer & ~EFER_SCE);
    expect(msr_read(MSR_EFER) == (efer & ~EFER_SCE), "EFER is %x after SCE was cleared", msr_read(MSR_EFER));
    end = begin(begin_by_sysret);
    expect(end.vector == UNDEFINED && end.frame.cs == PV_KERNEL_CS, "sysretq without SCE: vector %x, cs %x",
           end.vector, end.frame.cs);
    end = begin(begin_by_iretq);
    expect(end.vector == UNDEFINED && end.frame.rip == leaving.rip, "syscall without SCE: vector %x at %x",
           end.vector, end.frame.rip);
    msr_write(MSR_EFER, efer);
    end = begin(begin_by_sysret);
    expect(end.vector == BY_SYSTEM_CALL, "syscall with SCE again: vector %x", end.vector);
}

void try_system_calls(void)
{
    if (trapped()) {
        try_processor();
        try_flag_masks();
    } else {
        try_bad_entries();
        try_counts(user_call, 1, 0);
        try_counts(user_undefined, 0, 1);
    }
    try_entries();
    try_answers();
    try_single_step();
    try_no_entry();
}
