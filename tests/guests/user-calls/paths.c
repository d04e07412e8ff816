// SPDX-License-Identifier: MIT
/*
 * What the two ways into the kernel show must not differ: the one by a few instructions, which stacks below
 * the hypervisor never take, and the one in C. And what user mode had in its flags is not the kernel's.
 */
#include "abi/layout.h"
#include "abi/trap.h"
#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/memory.h"
#include "tests/guests/runtime/test.h"
#include "tests/guests/runtime/trap.h"
#include "tests/guests/user-calls/main.h"
#include "tests/guests/user-calls/user.h"

/* What user mode may have of what it is given; RF does not outlive an instruction. */
#define FLAGS_LOADED (FLAGS_STATUS | FLAGS_DF | FLAGS_AC | FLAGS_ID)

/* Mapped by try_faults. */
#define LOW_STACK_TOP 0x200000001000

static const struct path_case {
    const char *name;
    const char *code;
    uint64_t argument; /* in rbx */
    uint64_t flags;
} cases[] = {
    {"iretq of user mode", user_iret, 0, 0},
    {"a selector of the hypervisor's", user_segment, 0x1008, 0},
    {"a selector of none", user_segment, 0x7ff3, 0},
    {"a read of nothing", user_read, 0x7fff00000000, 0},
    {"a read of nothing, with TF", user_read, 0x7fff00000000, FLAGS_TF},
    {"a read of nothing, with every flag", user_read, 0x7fff00000000,
     FLAGS_TF | FLAGS_STATUS | FLAGS_DF | FLAGS_AC | FLAGS_ID},
    {"an undefined instruction, with TF", user_undefined, 0, FLAGS_TF},
    {"a privileged instruction, with TF", user_halt, 0, FLAGS_TF},
    {"a read of the hole, with TF", user_read, 0x800000000000, FLAGS_TF},
    {"a system call", user_call, 0, 0},
    {"a system call, with TF", user_call, 0, FLAGS_TF | FLAGS_DF | FLAGS_AC},
    {"a system call behind mov ss", user_delayed, 0, 0},
};

static struct excursion run(const struct path_case *path, uint64_t stack)
{
    handlers_set(true, stack);
    leaving = state_pattern(50, path->code);
    leaving.rbx = path->argument;
    leaving.rcx = 0;
    leaving.rflags |= path->flags;
    page()->cr2 = 0;
    entry_flags = UINT64_MAX;
    return begin(trapped() ? begin_by_iretq : begin_by_frame);
}

static void try_path(const struct path_case *path)
{
    struct excursion fast = run(path, STACK_TOP(kernel_stack)), slow;
    uint64_t flags = entry_flags, cr2 = page()->cr2;

    expect((flags & (FLAGS_TF | FLAGS_FORBIDDEN)) == 0, "%s: the kernel is entered with flags %x", path->name,
           flags);
    slow = run(path, LOW_STACK_TOP);
    expect(fast.vector == slow.vector && fast.error == slow.error,
           "%s: vector %x, error %x in short, %x, %x in full", path->name, fast.vector, fast.error,
           slow.vector, slow.error);
    expect(fast.vector == BY_SYSTEM_CALL ||
               (fast.frame.rip == slow.frame.rip && fast.frame.cs == slow.frame.cs &&
                fast.frame.rflags == slow.frame.rflags && fast.frame.rsp == slow.frame.rsp &&
                fast.frame.ss == slow.frame.ss),
           "%s: the frames differ: rip %x, %x, flags %x, %x", path->name, fast.frame.rip, slow.frame.rip,
           fast.frame.rflags, slow.frame.rflags);
    expect(fast.mask == slow.mask && cr2 == page()->cr2 && flags == entry_flags,
           "%s: mask %u, %u, cr2 %x, %x, flags %x, %x", path->name, (uint64_t)fast.mask, (uint64_t)slow.mask,
           cr2, page()->cr2, flags, entry_flags);
    expect(fast.vector != PAGE || (fast.error & ERROR_USER) != 0,
           "%s: a page fault of user mode has the error code %x", path->name, fast.error);
}

/* NT is ring 3's to set. It is in the frame, and nowhere else afterwards. */
static void try_nested(const char *code)
{
    struct path_case path = {"NT", user_nested, user_address(code), 0};
    struct excursion end = run(&path, STACK_TOP(kernel_stack));

    expect((entry_flags & FLAGS_NT) == 0, "with NT in user mode the kernel is entered with flags %x",
           entry_flags);
    expect(((end.vector == BY_SYSTEM_CALL ? end.state.rflags : end.frame.rflags) & FLAGS_NT) != 0,
           "NT of user mode is not in the frame: vector %x, %x", end.vector, end.frame.rflags);
    try_path(&path);
}

/* User mode begins with the flags that are its own to choose, whatever it is given, and has no ports. */
static void try_flags(void (*how)(void), const char *what)
{
    struct excursion end;

    for (unsigned int bit = 0; bit < 64; bit++) {
        uint64_t flags = 1ul << bit | FLAGS_ONE | FLAGS_IF;
        if (1ul << bit == FLAGS_TF)
            continue;
        handlers_set(true, STACK_TOP(kernel_stack));
        leaving = state_pattern(54, user_flags);
        leaving.rflags = flags;
        user_found()->rflags = 0;
        end = begin(how);
        expect(end.vector == UNDEFINED &&
                   user_found()->rflags == (flags & (FLAGS_LOADED | FLAGS_ONE | FLAGS_IF)),
               "%s with flags %x: user mode has %x, vector %x", what, flags, user_found()->rflags,
               end.vector);
    }
}

/* A single step takes one instruction, whichever way leads to it. */
static void try_step(void (*how)(void), const char *what)
{
    struct excursion end;

    handlers_set(true, STACK_TOP(kernel_stack));
    leaving = state_pattern(55, user_flags);
    leaving.rflags |= FLAGS_TF;
    end = begin(how);
    expect(end.vector == DEBUG && end.frame.rip == leaving.rip + 1, "a step by %s: vector %x at %x, not %x",
           what, end.vector, end.frame.rip, leaving.rip + 1);
}

/* What user mode has while events are masked: frames say so, and the mask stays as it is. */
static void try_masked(const char *code, uint64_t argument)
{
    struct excursion end;

    for (unsigned int masks = 0; masks < 2; masks++) {
        handlers_set(masks != 0, STACK_TOP(kernel_stack));
        leaving = state_pattern(51, code);
        leaving.rbx = argument;
        leaving.rcx = 0;
        leaving.rflags &= ~FLAGS_IF;
        end = begin(trapped() ? begin_by_iretq : begin_by_frame);
        expect(end.mask == 1 && (end.frame.rflags & FLAGS_IF) == 0,
               "an exception %u with events masked: mask %u, flags %x", end.vector, (uint64_t)end.mask,
               end.frame.rflags);
    }
}

/* Where the short way begins, and where frames end: at the hypervisor's end, and at that of all addresses. */
static void try_edges(void)
{
    static const uint64_t pages[] = {PV_HYPERVISOR_END, PV_HYPERVISOR_END + 0xfffff000,
                                     PV_HYPERVISOR_END + 0x100000000, 0xfffffffffffff000, 0};
    static const uint64_t stacks[] = {PV_HYPERVISOR_END + 512,
                                      PV_HYPERVISOR_END + 527,
                                      PV_HYPERVISOR_END + 0xffffffff,
                                      PV_HYPERVISOR_END + 0x100000000,
                                      PV_HYPERVISOR_END + 0x10000000f,
                                      PV_HYPERVISOR_END + 0x100000010,
                                      UINT64_MAX,
                                      UINT64_MAX - 15};
    struct excursion end;

    for (uint64_t i = 0; i < sizeof pages / sizeof *pages; i++)
        if (map_at(pages[i], machine_address(page_take()) | ENTRY_DATA) != 0)
            test_error("there is no page at an edge");
    for (uint64_t i = 0; i < sizeof stacks / sizeof *stacks; i++) {
        handlers_set(true, stacks[i]);
        leaving = state_pattern(52, user_read);
        leaving.rbx = 0x123000;
        end = begin(trapped() ? begin_by_iretq : begin_by_frame);
        expect(end.vector == PAGE && end.stack == (stacks[i] & ~15ul) && end.frame.rip == leaving.rip &&
                   end.frame.ss == PV_USER_SS,
               "a stack at %x: vector %x, stack %x", stacks[i], end.vector, end.stack);
    }
}

struct pv_multicall together[2];

/* A return to user mode among other calls: none after it is made. */
static void try_multicall(void)
{
    struct excursion end;

    together[0] = (struct pv_multicall){PV_CALL_user_return, {0, 0, 0}, 77};
    together[1] = (struct pv_multicall){PV_CALL_version, {0, 0, 0}, 77};
    leaving = state_pattern(53, user_undefined);
    end = begin(begin_by_multicall);
    expect(end.vector == UNDEFINED && end.frame.rip == leaving.rip && end.state.rax == leaving.rax &&
               together[0].result == 0 && together[1].result == 77,
           "user_return in a multicall: vector %x at %x, results %x, %x", end.vector, end.frame.rip,
           together[0].result, together[1].result);
}

/* In mode=trap what calls set is not what the processor would use. */
static void set_by_calls(void)
{
    for (unsigned int vector = 0; vector < PV_TRAP_LIMIT; vector++) {
        struct pv_trap trap = {
            .handler = 0x1000, .vector = (uint8_t)vector, .flags = (vector & 1) * PV_TRAP_MASK_EVENTS};
        call(PV_CALL_trap_set, (uintptr_t)&trap, 0, 0);
    }
    call(PV_CALL_kernel_stack_set, STACK_TOP(kernel_stack), 0, 0);
    call(PV_CALL_syscall_entry_set, 0x1000, 0, 0);
    call(PV_CALL_event_entry_set, 0x1000, 0, 0);
}

void try_paths(void)
{
    if (trapped()) {
        set_by_calls();
        msr_write(MSR_SFMASK, UINT32_MAX);
    }
    try_edges();
    try_multicall();
    for (uint64_t i = 0; i < sizeof cases / sizeof *cases; i++)
        try_path(&cases[i]);
    try_nested(user_undefined);
    try_nested(user_halt);
    try_nested(user_divide);
    try_nested(user_break);
    try_nested(user_call);
    try_flags(trapped() ? begin_by_iretq : begin_by_frame, "a frame");
    try_flags(trapped() ? begin_by_sysret : begin_by_words, "words");
    try_step(trapped() ? begin_by_iretq : begin_by_frame, "a frame");
    try_step(begin_by_words, "words");
    try_masked(user_read, 0x123000);
    try_masked(user_divide, 0);
    try_masked(user_halt, 0);
    handlers_set(true, STACK_TOP(kernel_stack));
}
