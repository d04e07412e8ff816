// SPDX-License-Identifier: MIT
/*
 * Garbage: in the registers and the words with which user mode begins, in its stacks, in the kernel's stack
 * and the entry of system calls. At first such that the kernel's own handlers bring it back (or the timer
 * does), many times; then anything, which may end the domain at any time, and nothing else.
 */
#include "tests/guests/user-calls/chaos.h"

#include "abi/layout.h"
#include "abi/mmu.h"
#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/test.h"
#include "tests/guests/user-calls/main.h"
#include "tests/guests/user-calls/user.h"

#define ROUNDS_SURVIVED 3000
#define ROUNDS_WILD     300

/* How long user mode may run at a place that was guessed, in nanoseconds. */
#define PATIENCE 50000

static uint64_t noise_state;

/* xorshift64 (Marsaglia 2003). */
static uint64_t noise(void)
{
    noise_state ^= noise_state << 13;
    noise_state ^= noise_state >> 7;
    noise_state ^= noise_state << 17;
    return noise_state;
}

static uint64_t clock_now(void)
{
    const volatile struct pv_clock *clock = &page()->clock;
    uint64_t ticks = __builtin_ia32_rdtsc() - clock->tsc_base;

    return clock->ns_base + (uint64_t)((unsigned __int128)(ticks << clock->shift) * clock->scale >> 32);
}

/* Addresses worth a try: of user mode, of the kernel, of the hypervisor, of nobody. */
static uint64_t anywhere(void)
{
    const uint64_t places[] = {
        0,
        USER_CODE,
        USER_DATA,
        USER_STACK_TOP,
        0x7ffffffffff8,
        0x7ffffffffffe,
        0x800000000000,
        0xffff7fffffffffff,
        PV_HYPERVISOR_START,
        PV_MACHINE_TO_PHYSICAL + 64,
        0xffff810000000040,
        0xffff818000200000,
        0xffff840000001000,
        PV_HYPERVISOR_END,
        PV_HYPERVISOR_END + 0x100000000,
        PHYSMAP,
        WINDOW,
        WINDOW + PV_WINDOW_VCPU,
        WINDOW + PV_WINDOW_VCPU + 48,
        STACK_TOP(kernel_stack),
        (uintptr_t)&excursion,
        UINT64_MAX,
    };
    uint64_t choice = noise();

    if (choice % 8 == 0)
        return noise();
    return places[(choice >> 8) % (sizeof places / sizeof *places)] + (choice >> 20) % 512;
}

/* In user mode's half, as a kernel has to see to. */
static uint64_t user_anywhere(void)
{
    uint64_t choice = noise();

    if (choice % 4 != 0)
        return USER_CODE + (choice >> 8) % (uint64_t)(user_code_end - user_code);
    return anywhere() & 0x7fffffffffff;
}

/* Stacks to which a frame can be written, and that nothing else is on. */
static uint64_t stack_anywhere(void)
{
    uint64_t choice = noise();

    if (choice % 4 == 0)
        return WINDOW + PV_WINDOW_VCPU + 2048 + (choice >> 8) % 1024;
    return STACK_TOP(kernel_stack) - (choice >> 8) % 1024;
}

static struct state state_noise(uint64_t rip)
{
    struct state state = {.rax = 0};
    uint64_t *word = (uint64_t *)&state;

    for (uint64_t i = 0; i < sizeof state / sizeof *word; i++)
        word[i] = noise() % 2 == 0 ? noise() : anywhere();
    state.rip = rip;
    return state;
}

static void begin_somehow(void)
{
    answers = (uint8_t)(noise() % 3);
    page()->event_mask = 1;
    call(PV_CALL_timer_set, clock_now() + PATIENCE, 0, 0);
    for (uint64_t i = 0; i < sizeof(struct state); i++)
        ((char *)user_loaded())[i] = (char)noise();
    begin(noise() % 2 == 0 ? begin_by_words : begin_by_frame);
    resume = 0;
    page()->event_pending = 0;
    page()->events = 0;
}

/* An event is what brings user mode back if nothing else does: in its first moment it is not masked. */
static void survive(void)
{
    call(PV_CALL_kernel_stack_set, stack_anywhere(), 0, 0);
    if (noise() % 16 == 0)
        handlers_set(noise() % 2 == 0, stack_anywhere());
    leaving = state_noise(user_anywhere());
    leaving.rflags |= FLAGS_IF;
    answer = state_noise(user_anywhere());
    begin_somehow();
    if (call(PV_CALL_version, 0, 0, 0) != PV_VERSION)
        test_error("calls of the kernel fail");
}

static void be_wild(void)
{
    struct state words = state_noise(noise() % 4 == 0 ? anywhere() : user_anywhere());

    call(PV_CALL_kernel_stack_set, noise() % 2 == 0 ? stack_anywhere() : anywhere(), 0, 0);
    call(PV_CALL_syscall_entry_set, noise() % 2 == 0 ? (uintptr_t)system_call : anywhere(), 0, 0);
    leaving = words;
    answer = state_noise(anywhere());
    begin_somehow();
}

void chaos(uint64_t seed)
{
    noise_state = seed * 0x9e3779b97f4a7c15;
    if (call(PV_CALL_event_entry_set, (uintptr_t)event_entry, 0, 0) != 0)
        test_error("event_entry_set failed");
    for (int i = 0; i < ROUNDS_SURVIVED; i++)
        survive();
    print("survived %u rounds\n", (uint64_t)ROUNDS_SURVIVED);
    for (int i = 0; i < ROUNDS_WILD; i++)
        be_wild();
}
