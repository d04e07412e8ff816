// SPDX-License-Identifier: MIT
/*
 * return-frames: exception_return with frames that no exception ever pushed.
 *
 * What: flags that a guest must not have (IOPL, NT, VM, VIF, VIP), those that it may have but that are
 * dangerous in the hypervisor (TF, AC, DF, RF), all of them at once; any selectors; an instruction pointer or
 * a stack pointer that is not canonical or the hypervisor's; and the frame itself where there is none.
 *
 * Why: the last thing that a hypervisor does before it gives up ring 0 is to load what the guest wrote. With
 * IOPL 3 the guest has every port; with VM, or a selector that it chose, a segment that it should not have;
 * with an address that is not canonical, some processors fault after the stack pointer is the guest's and
 * before the ring is.
 *
 * How: without an argument, everything that is survivable: after each return the real flags and selectors are
 * looked at, and a port and cli are tried. With an argument, one frame that may end the domain: it has to
 * end for a stated reason, or the guest's own handler gets the fault, which counts as a success.
 */
#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/test.h"
#include "tests/guests/runtime/trap.h"

#include <stddef.h>

const char test_name[] = "return-frames";

/* Bits of RFLAGS. */
#define FLAGS_TF   0x100ul
#define FLAGS_IF   0x200ul
#define FLAGS_DF   0x400ul
#define FLAGS_IOPL 0x3000ul
#define FLAGS_NT   0x4000ul
#define FLAGS_RF   0x10000ul
#define FLAGS_VM   0x20000ul
#define FLAGS_AC   0x40000ul
#define FLAGS_VIF  0x80000ul
#define FLAGS_VIP  0x100000ul
#define FLAGS_ID   0x200000ul

/* What must not be set in ring 3, whatever the frame said. */
#define FLAGS_FORBIDDEN (FLAGS_IOPL | FLAGS_NT | FLAGS_VM | FLAGS_VIF | FLAGS_VIP)

/* As an exception pushes it. */
struct frame {
    uint64_t rip, cs, rflags, rsp, ss;
};

/* In landing.S: where the frames lead, and what was found there. */
extern const char landing[];
extern const char landing_bare[];
extern uint64_t landed_flags, landed_cs, landed_ss;

/* In landing.S: jumps to exception_return's stub, or makes the call itself, with the stack pointer at frame.
 */
_Noreturn void return_by_stub(const struct frame *frame);
_Noreturn void return_by_call(uint64_t stack);

static uint64_t stack[64] __attribute__((aligned(16)));
#define STACK_TOP ((uint64_t)(uintptr_t)(stack + 64))

static struct frame plain_frame(void)
{
    return (struct frame){(uintptr_t)landing, PV_KERNEL_CS, 2, STACK_TOP, PV_KERNEL_SS};
}

static void return_to(uint64_t frame)
{
    return_by_stub((const struct frame *)frame);
}

static void read_port(uint64_t port)
{
    uint8_t byte;

    __asm__ volatile("inb %1, %0" : "=a"(byte) : "d"((uint16_t)port));
}

static void mask_interrupts(uint64_t argument)
{
    (void)argument;
    __asm__ volatile("cli");
}

/* Whatever was returned to, ring 3 has to be what it was. */
static void expect_contained(const char *what, uint64_t value)
{
    expect(attempt(read_port, 0x3f8).vector == PROTECTION, "ports are open after %s %x", what, value);
    expect(attempt(mask_interrupts, 0).vector == PROTECTION, "cli works after %s %x", what, value);
    expect(call(PV_CALL_version, 0, 0, 0) == PV_VERSION, "calls fail after %s %x", what, value);
}

static bool return_lands(const struct frame *frame)
{
    struct fault fault;

    landed_flags = 0;
    landed_cs = 0;
    /* A trap flag is taken away by the first debug exception, and what it interrupted goes on. */
    traps_count(DEBUG, 1);
    fault = attempt(return_to, (uintptr_t)frame);
    traps_count(NO_FAULT, 0);
    return fault.vector == UNDEFINED;
}

static void try_flags(uint64_t flags)
{
    struct frame frame = plain_frame();

    frame.rflags = flags;
    expect(return_lands(&frame), "a return with flags %x does not arrive", flags);
    expect((landed_flags & FLAGS_FORBIDDEN) == 0 && (landed_flags & FLAGS_IF) != 0, "flags %x became %x",
           flags, landed_flags);
    expect_contained("flags", flags);
}

static void try_selectors(uint64_t cs, uint64_t ss)
{
    struct frame frame = plain_frame();

    frame.cs = cs;
    frame.ss = ss;
    if (return_lands(&frame))
        expect((landed_cs & 3) == 3 && (landed_ss & 3) == 3, "selectors %x, %x became %x, %x", cs, ss,
               landed_cs, landed_ss);
    expect_contained("selector", cs);
}

/* From user mode an exception enters on the kernel's stack, so that the stack pointer may be anything. */
static void try_user_stack(uint64_t address)
{
    struct frame frame = {(uintptr_t)landing_bare, PV_USER_CS, FLAGS_IF, address, PV_USER_SS};

    expect(return_lands(&frame), "user mode with its stack at %x does not arrive", address);
    expect_contained("stack", address);
}

static void try_survivable(void)
{
    static const uint64_t flags[] = {
        0,
        FLAGS_IF,
        FLAGS_TF,
        FLAGS_DF,
        FLAGS_IOPL,
        FLAGS_NT,
        FLAGS_RF,
        FLAGS_VM,
        FLAGS_AC,
        FLAGS_VIF,
        FLAGS_VIP,
        FLAGS_VIF | FLAGS_VIP,
        FLAGS_ID,
        FLAGS_NT | FLAGS_TF,
        FLAGS_AC | FLAGS_DF | FLAGS_TF,
        UINT32_MAX,
        ~FLAGS_TF,
        UINT64_MAX,
    };
    static const uint64_t selectors[] = {0,    1,      2,      3,    0x08, 0x0b,    0x10,      0x13,
                                         0x18, 0x1b,   0x20,   0x23, 0x28, 0x2b,    0x30,      0x33,
                                         0x38, 0xfff8, 0xffff, 0x2c, 0x2f, 0x10028, UINT64_MAX};
    static const uint64_t stacks[] = {0, 0x800000000000, 0xffff818000200000, PV_HYPERVISOR_END, UINT64_MAX};

    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        try_flags(flags[i]);
    for (size_t i = 0; i < sizeof selectors / sizeof *selectors; i++) {
        try_selectors(selectors[i], PV_KERNEL_SS);
        try_selectors(PV_KERNEL_CS, selectors[i]);
        try_selectors(selectors[i], selectors[i]);
    }
    for (size_t i = 0; i < sizeof stacks / sizeof *stacks; i++)
        try_user_stack(stacks[i]);
}

/* A return that cannot go well; the guest's handler may get the fault, but nothing else. */
static void try_fatal(const struct frame *frame)
{
    struct fault fault;

    print("returning to %x with the stack at %x\n", frame->rip, frame->rsp);
    fault = attempt(return_to, (uintptr_t)frame);
    expect(fault.vector == PROTECTION || fault.vector == PAGE || fault.vector == STACK,
           "the return ended with vector %u", fault.vector);
    expect_contained("address", frame->rip);
}

static void call_from_stack(uint64_t address)
{
    return_by_call(address);
}

static void try_frame_at(uint64_t address)
{
    print("returning to a frame at %x\n", address);
    attempt(call_from_stack, address);
    expect(false, "going on after a return without a frame");
}

void test_main(void)
{
    struct frame frame = plain_frame();

    traps_open();
    if (argument_is("rip-noncanonical"))
        frame.rip = 0x0000800000000000;
    else if (argument_is("rip-hypervisor"))
        frame.rip = 0xffff818000200000;
    else if (argument_is("user-rip-noncanonical"))
        frame = (struct frame){0xffff7fffffffffff, PV_USER_CS, FLAGS_IF, STACK_TOP, PV_USER_SS};
    else if (argument_is("rsp-noncanonical"))
        frame = (struct frame){(uintptr_t)landing_bare, PV_KERNEL_CS, 2, 0x0000800000000000, PV_KERNEL_SS};
    else if (argument_is("frame-unmapped"))
        try_frame_at(0x10000);
    else if (argument_is("frame-noncanonical"))
        try_frame_at(0x0000800000000000);
    else if (argument_is("frame-hypervisor"))
        try_frame_at(0xffff818000200000);
    else if (argument_is("frame-into-hypervisor"))
        try_frame_at(PV_HYPERVISOR_START - 16);
    else if (argument_is(""))
        try_survivable();
    else
        test_error("no such case");
    if (!argument_is(""))
        try_fatal(&frame);
}
