// SPDX-License-Identifier: MIT
/*
 * debug-trap: single steps and software interrupts at the places where they hurt.
 *
 * What: int3, int1, and int n with every n; the trap flag over plain code, over a hypercall, and over
 * `mov ss` followed by a hypercall or a software interrupt, which delays the debug exception until the
 * processor is in ring 0.
 *
 * Why: a debug exception in ring 0, on the first instruction of the hypervisor's entry, finds the guest's
 * stack and the guest's GS base still loaded (CVE-2018-8897). A software interrupt whose gate allows it
 * enters the hypervisor as if the machine had raised it: a timer that never fired, a double fault, a page
 * fault without an error code.
 *
 * How: int3 reaches the guest's handler; int n either is refused by #GP with the vector in its error code or
 * reaches the handler of that exception; the trap flag leads to debug exceptions in the guest and nowhere
 * else. Everything works afterwards. Setting hardware breakpoints is tried by `privileged`.
 */
#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/test.h"
#include "tests/guests/runtime/trap.h"

#include "abi/trap.h"

const char test_name[] = "debug-trap";

/* More steps than any of the sequences has instructions. */
#define MANY 100

/* In sequences.S. */
extern const char interrupts[256][8];
uint64_t step_plain(uint64_t argument);
uint64_t step_call(uint64_t argument);
uint64_t step_stack_call(uint64_t argument);
uint64_t step_stack_breakpoint(uint64_t argument);
uint64_t step_stack_undefined(uint64_t argument);

static uint64_t stepped;
static uint64_t (*sequence)(uint64_t);

static void raise(uint64_t number)
{
    ((void (*)(void))interrupts[number])();
}

static void raise_debug(uint64_t argument)
{
    (void)argument;
    __asm__ volatile(".byte 0xf1"); /* int1 */
}

static void raise_breakpoint(uint64_t argument)
{
    (void)argument;
    __asm__ volatile(".byte 0xcc"); /* int3 */
}

static void run_sequence(uint64_t argument)
{
    stepped = sequence(argument);
}

static void try_interrupt(uint64_t number)
{
    struct fault fault = attempt(raise, number);
    /* Emulators have been seen to give 16 times the vector (QEMU 7.2, do_interrupt64). */
    bool refused =
        fault.vector == PROTECTION && (fault.error == number * 8 + 2 || fault.error == number * 16 + 2);

    expect(refused || (number < PV_TRAP_LIMIT && fault.vector == number), "int %u: vector %u, error %x",
           number, fault.vector, fault.error);
}

/* The sequence ends as expected, with at least so many debug exceptions in the guest on the way. */
static void try_steps(const char *what, uint64_t (*steps)(uint64_t), uint64_t vector, uint64_t least)
{
    struct fault fault;

    sequence = steps;
    stepped = UINT64_MAX;
    traps_count(DEBUG, MANY);
    fault = attempt(run_sequence, 0);
    expect(fault.vector == vector, "stepping over %s: vector %u at %x", what, fault.vector, fault.rip);
    expect(traps_counted() >= least && traps_counted() < MANY, "stepping over %s: %u debug exceptions", what,
           traps_counted());
    traps_count(NO_FAULT, 0);
}

void test_main(void)
{
    struct fault fault;

    traps_open();
    fault = attempt(raise_breakpoint, 0);
    expect(fault.vector == BREAKPOINT, "int3: vector %u", fault.vector);
    /* Not every emulator knows this one. */
    fault = attempt(raise_debug, 0);
    expect(fault.vector == DEBUG || fault.vector == UNDEFINED, "int1: vector %u", fault.vector);
    for (uint64_t number = 0; number < 256; number++)
        try_interrupt(number);

    try_steps("plain code", step_plain, NO_FAULT, 4);
    try_steps("a call", step_call, NO_FAULT, 1);
    expect(stepped == PV_VERSION, "a call that was stepped over returned %x", stepped);
    try_steps("mov ss and a call", step_stack_call, NO_FAULT, 0);
    expect(stepped == PV_VERSION, "a call after mov ss returned %x", stepped);
    try_steps("mov ss and int3", step_stack_breakpoint, BREAKPOINT, 0);
    try_steps("mov ss and ud2", step_stack_undefined, UNDEFINED, 0);
    expect(call(PV_CALL_version, 0, 0, 0) == PV_VERSION, "calls fail afterwards");
}
