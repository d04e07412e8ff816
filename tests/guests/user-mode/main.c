// SPDX-License-Identifier: MIT
/*
 * user-mode: what a guest's user code can do, and what its kernel is shown of it.
 *
 * What: the kernel returns to user mode with every selector that a kernel may have for it, by
 * exception_return in mode=hypercall and by iretq in mode=trap. There the user code tries a hypercall, the
 * privileged instructions that mode=trap emulates for a kernel, software interrupts, and an iretq to the
 * kernel's own selector.
 *
 * Why: guest kernel and guest user run in the same ring, so only the hypervisor knows which of the two it is.
 * If a return to user mode gets past it, user code goes on with the rights of the kernel: an iretq whose
 * selectors happen to be real ones of ring 3 does not fault. The kernel in turn relies on cs & 3, on the
 * stack that it named, and on the interrupt flag in the frame.
 *
 * How: each attempt ends with the exception that it would raise in ring 3 of a bare machine, at the
 * instruction itself. The frame shows a privilege of 3 and the flags and stack of user mode, lies at the top
 * of the kernel's stack, and the event mask is the frame's in user mode, and set in the handler.
 */
#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/handlers.h"
#include "tests/guests/runtime/test.h"
#include "tests/guests/runtime/trap.h"
#include "tests/guests/user-mode/user.h"

#include "abi/vcpu.h"

#include <stddef.h>

const char test_name[] = "user-mode";

#define FLAGS_ONE 0x2ul
#define FLAGS_IF  0x200ul

/* Bits of the error code of an int n that the gate does not allow (Intel SDM vol. 3, 6.13). */
#define ERROR_OF_INT(vector) ((vector) << 3 | 2)

static char kernel_stack[4096] __attribute__((aligned(16)));
static char user_stack[4096] __attribute__((aligned(16)));
#define STACK_TOP(stack) ((uint64_t)(uintptr_t)((stack) + sizeof(stack)))

/* What user code tries: it starts with the instruction, and what must not be reached follows it. */
struct action {
    const char *name;
    const char *code;
    uint64_t vector; /* that it shall raise */
    uint64_t error;
};

/* Code with a label, whose name begins with `user_`; rax is the number of a harmless call. */
#define ACTION(name, text)                                                                                   \
    extern const char user_##name[];                                                                         \
    __asm__(".text\nuser_" #name ": " text "\nint3\n");

ACTION(syscall, "syscall")
ACTION(cli, "cli")
ACTION(sti, "sti")
ACTION(hlt, "hlt")
ACTION(in, "in $0x21, %al")
ACTION(out, "out %al, $0x80")
ACTION(read_cr0, "mov %cr0, %rax")
ACTION(write_cr3, "mov %rax, %cr3")
ACTION(rdmsr, "rdmsr")
ACTION(swapgs, "swapgs")
ACTION(lidt, "lidt -16(%rsp)")
ACTION(ltr, "ltr %ax")
ACTION(int_forbidden, "int $6")
ACTION(int_absent, "int $0x80")

/* Nothing that is privileged, but the way out that the kernel allows. */
ACTION(breakpoint, "int3")

static const struct action actions[] = {
    {"syscall", user_syscall, UNDEFINED, 0},
    {"cli", user_cli, PROTECTION, 0},
    {"sti", user_sti, PROTECTION, 0},
    {"hlt", user_hlt, PROTECTION, 0},
    {"in", user_in, PROTECTION, 0},
    {"out", user_out, PROTECTION, 0},
    {"mov from cr0", user_read_cr0, PROTECTION, 0},
    {"mov to cr3", user_write_cr3, PROTECTION, 0},
    {"rdmsr", user_rdmsr, PROTECTION, 0},
    {"swapgs", user_swapgs, PROTECTION, 0},
    {"lidt", user_lidt, PROTECTION, 0},
    {"ltr", user_ltr, PROTECTION, 0},
    {"int 6", user_int_forbidden, PROTECTION, ERROR_OF_INT(6)},
    {"int 128", user_int_absent, PROTECTION, ERROR_OF_INT(128)},
};

/* What a kernel may have for its user mode; each is a real descriptor of some kernel or of some hypervisor.
 */
static const struct selectors {
    uint64_t cs, ss;
} selectors[] = {{0x2b, 0x23}, {0x23, 0x1b}, {0x33, 0x2b}, {0x1b, 0x23}};

static volatile struct pv_vcpu_page *page(void)
{
    return (volatile struct pv_vcpu_page *)(WINDOW + PV_WINDOW_VCPU);
}

/* Enters user mode at the code; before, the event mask is the opposite of what the frame says. */
static void run(const char *code, const struct selectors *chosen, uint64_t flags)
{
    struct frame frame = {(uintptr_t)user_code, chosen->cs, FLAGS_ONE | flags, STACK_TOP(user_stack) - 64,
                          chosen->ss};

    excursion = (struct excursion){.vector = NO_FAULT, .user_mask = 0xff};
    page()->event_mask = (flags & FLAGS_IF) != 0;
    user_run(&frame, (uintptr_t)code);
    page()->event_mask = 1;
}

/* What the handler's entry shows of user mode, whatever led to it. */
static void expect_user_mode(const char *name, const struct selectors *chosen, uint64_t flags)
{
    uint64_t masked = (flags & FLAGS_IF) == 0;

    expect((excursion.frame.cs & 3) == 3 && (excursion.frame.ss & 3) == 3,
           "%s after cs %x: the frame has cs %x, ss %x", name, chosen->cs, excursion.frame.cs,
           excursion.frame.ss);
    expect(excursion.stack == STACK_TOP(kernel_stack),
           "%s after cs %x: the frame is below %x, not on top of %x", name, chosen->cs, excursion.stack,
           STACK_TOP(kernel_stack));
    expect(excursion.user_mask == masked, "%s after cs %x: the event mask was %u in user mode", name,
           chosen->cs, (uint64_t)excursion.user_mask);
    expect((excursion.frame.rflags & FLAGS_IF) == flags, "%s after cs %x: the frame has flags %x", name,
           chosen->cs, excursion.frame.rflags);
    expect(excursion.handler_mask == 1, "%s after cs %x: the handler was entered with events enabled", name,
           chosen->cs);
}

static void try_action(const struct action *action, const struct selectors *chosen, uint64_t flags)
{
    run(action->code, chosen, flags);
    expect(excursion.vector == action->vector && excursion.error == action->error &&
               excursion.frame.rip == (uintptr_t)action->code,
           "%s after cs %x: vector %u, error %x, %u bytes behind it", action->name, chosen->cs,
           excursion.vector, excursion.error, excursion.frame.rip - (uintptr_t)action->code);
    expect(excursion.frame.rsp == STACK_TOP(user_stack) - 64, "%s after cs %x: the frame has rsp %x",
           action->name, chosen->cs, excursion.frame.rsp);
    expect_user_mode(action->name, chosen, flags);
}

/*
 * User code that returns to the kernel's selector. It may be a general-protection fault, or a page fault
 * where the processor reads the frame as its own (an emulator with SMAP does); it must not work.
 */
extern const char user_iretq[];
__asm__(".text\n"
        "user_iretq: push $0x20\n"
        "push %rsp\n"
        "pushf\n"
        "push $0x28\n"
        "push $user_cli\n"
        "iretq\n");

static void try_iretq(const struct selectors *chosen, uint64_t flags)
{
    run(user_iretq, chosen, flags);
    expect((excursion.vector == PROTECTION || excursion.vector == PAGE) &&
               excursion.frame.rip != (uintptr_t)user_cli,
           "iretq after cs %x: vector %u at %x", chosen->cs, excursion.vector, excursion.frame.rip);
    expect_user_mode("iretq", chosen, flags);
}

static void try_way_out(const struct selectors *chosen, uint64_t flags)
{
    run(user_breakpoint, chosen, flags);
    expect(excursion.vector == BREAKPOINT && excursion.frame.rip == (uintptr_t)user_breakpoint + 1,
           "int3 after cs %x: vector %u at %x", chosen->cs, excursion.vector, excursion.frame.rip);
    expect_user_mode("int3", chosen, flags);
}

static void try_selectors(const struct selectors *chosen, uint64_t flags)
{
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        try_action(&actions[i], chosen, flags);
    try_iretq(chosen, flags);
    try_way_out(chosen, flags);
}

void test_main(void)
{
    return_by_iretq = start_info->mode == PV_MODE_TRAP;
    handlers_open(user_mode_entries, true, STACK_TOP(kernel_stack));
    for (size_t i = 0; i < sizeof selectors / sizeof *selectors; i++) {
        try_selectors(&selectors[i], 0);
        try_selectors(&selectors[i], FLAGS_IF);
    }
    expect(call(PV_CALL_version, 0, 0, 0) == PV_VERSION, "calls of the kernel fail afterwards");
}
