// SPDX-License-Identifier: MIT
// The frame that a signal's handler is entered with: it is in user memory, so anything may be in it when the
// kernel takes it back. Whatever that is, it must not reach further than the process.
#include "call.h"
#include "test.h"

#include <sys/wait.h>
#include <unistd.h>

// Words above a handler's frame that are tried: more than registers, mask and the floating-point unit's
// state.
enum { WORDS = 192 };

static int word;
static uint64_t value;

// Spoils one word of the frame, counted from where the return address is.
__attribute__((noinline)) static void handler_spoils(int number)
{
    volatile uint64_t *frame = (uint64_t *)__builtin_frame_address(0) + 1;

    (void)number;
    frame[word] = value;
}

// What lies above the frame is this function's, too.
static void spoil_self(void)
{
    uint64_t room[WORDS];

    __asm__ volatile("" : : "r"(room) : "memory");
    alarm(20);
    handler_set(SIGUSR1, handler_spoils, 0);
    kill(getpid(), SIGUSR1);
    alarm(0);
}

static void words_try(uint64_t bad)
{
    value = bad;
    for (word = 0; word < WORDS; word++)
        child_wait(child_start(spoil_self));
}

static void spoiled_with_ones(void)
{
    words_try(UINT64_MAX);
}

static void spoiled_with_kernel_address(void)
{
    words_try(ADDRESS_IMAGE);
}

static void spoiled_with_noncanonical_address(void)
{
    words_try(ADDRESS_NONCANONICAL);
}

static void spoiled_with_flags(void)
{
    words_try(0x7fd7fd7);
}

static uint64_t random_state;

static uint64_t random_next(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

// Every word of it, with any bits.
__attribute__((noinline)) static void handler_destroys(int number)
{
    volatile uint64_t *frame = (uint64_t *)__builtin_frame_address(0) + 1;

    (void)number;
    for (int i = 1; i < WORDS; i++)
        frame[i] = random_next();
}

static void destroy_self(void)
{
    uint64_t room[WORDS];

    __asm__ volatile("" : : "r"(room) : "memory");
    alarm(20);
    handler_set(SIGUSR1, handler_destroys, 0);
    kill(getpid(), SIGUSR1);
    alarm(0);
}

static void destroyed(void)
{
    for (uint64_t i = 1; i <= 100; i++) {
        random_state = i * 0x9e3779b97f4a7c15;
        child_wait(child_start(destroy_self));
    }
}

enum { FLAG_INTERRUPT = 0x200, FLAG_PRIVILEGE = 0x3000, FLAG_NESTED = 0x4000, FRAME_WORDS = 32 };

static uint64_t selector_wanted;

// Finds the flags among the registers by what they are now, and sets those that are not user mode's to
// choose. And gives every selector another value, if one is wanted.
__attribute__((noinline)) static void handler_rises(int number)
{
    volatile uint64_t *frame = (uint64_t *)__builtin_frame_address(0) + 1;
    uint64_t code, data;

    signal_note(number);
    __asm__ volatile("movq %%cs, %0\n\tmovq %%ss, %1" : "=r"(code), "=r"(data));
    for (int i = 1; i < FRAME_WORDS; i++) {
        if ((frame[i] & ~0xcd5UL) == (FLAG_INTERRUPT | 2))
            frame[i] = FLAG_PRIVILEGE | FLAG_NESTED | 2;
        if (selector_wanted != 0 && (frame[i] == code || frame[i] == data))
            frame[i] = selector_wanted;
    }
}

static void interrupts_disable(void)
{
    __asm__ volatile("cli");
}

static void rise(void)
{
    uint64_t flags;

    handler_set(SIGUSR2, handler_rises, 0);
    MUST(kill(getpid(), SIGUSR2));
    __asm__ volatile("pushfq\n\tpopq %0" : "=r"(flags)::"memory");
    EXPECT(signal_count, 1);
    EXPECT(flags & (FLAG_INTERRUPT | FLAG_PRIVILEGE | FLAG_NESTED), FLAG_INTERRUPT);
    EXPECT(signal_of(interrupts_disable), SIGSEGV);
}

static void risen_by_flags(void)
{
    EXPECT_CHILD(rise);
}

static void risen_by_selectors(void)
{
    for (selector_wanted = 8; selector_wanted < 0x100; selector_wanted += 8) {
        int status = child_wait(child_start(rise));

        EXPECT_TRUE(status == 0 || status == SIGSEGV);
    }
}

static uint64_t stack;

// Returns from a signal that never was, with the stack pointer anywhere.
static void return_from_nothing(void)
{
    __asm__ volatile("movq %0, %%rsp\n\tsyscall\n\tud2" : : "r"(stack), "a"(CALL_sigreturn) : "memory");
}

static void without_a_signal(void)
{
    static const uint64_t stacks[] = {0,
                                      8,
                                      0x1000,
                                      ADDRESS_NONCANONICAL - 8,
                                      ADDRESS_NONCANONICAL,
                                      ADDRESS_HYPERVISOR,
                                      ADDRESS_PHYSMAP,
                                      ADDRESS_IMAGE,
                                      ADDRESS_LAST,
                                      UINT64_MAX - 7,
                                      UINT64_MAX};

    for (size_t i = 0; i < sizeof stacks / sizeof *stacks; i++) {
        stack = stacks[i];
        EXPECT_CHILD_SIGNAL(return_from_nothing, SIGSEGV);
    }
}

static uint64_t zeros[WORDS];

static void zero_frame(void)
{
    stack = (uint64_t)zeros;
    return_from_nothing();
}

// A frame of zeros is one that goes on at address 0.
static void with_zeros(void)
{
    EXPECT_CHILD_SIGNAL(zero_frame, SIGSEGV);
}

const struct test tests_frame[] = {
    {"frame_without_a_signal", without_a_signal},
    {"frame_of_zeros", with_zeros},
    {"frame_risen_by_flags", risen_by_flags},
    {"frame_risen_by_selectors", risen_by_selectors},
    {"frame_spoiled_with_ones", spoiled_with_ones},
    {"frame_spoiled_with_flags", spoiled_with_flags},
    {"frame_spoiled_with_kernel_address", spoiled_with_kernel_address},
    {"frame_spoiled_with_noncanonical_address", spoiled_with_noncanonical_address},
    {"frame_destroyed", destroyed},
    {NULL, NULL},
};
