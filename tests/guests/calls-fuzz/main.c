// SPDX-License-Identifier: MIT
/*
 * calls-fuzz: every call number from 0 to 511, and a few absurd ones, with garbage for arguments.
 *
 * What: the instruction of a hypercall itself, not the stubs, with each number several times and arguments
 * from a pool of addresses, small numbers, extremes and noise. Left out are only the calls that end the guest
 * when they do what they are for: exit, exception_return, user_return, block and port_wait (events never
 * come), and event_deliver (there is no entry for them).
 *
 * Why: the number indexes a table. One that is compared as 32 bits, or as a signed number, leads the
 * hypervisor to call whatever lies before or after it.
 *
 * How: a number with no call returns NOCALL. All registers but rax, rcx and r11 are kept, and rcx and r11
 * show nothing of the hypervisor's. After all of it the console works.
 */
#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/test.h"

#include "abi/vcpu.h"

#include <stddef.h>

const char test_name[] = "calls-fuzz";

#define NUMBERS 512
#define ROUNDS  64

static char text[] = "garbage, printed by console_write\n";

/* Noise, the same in every run (xorshift64, Marsaglia 2003). */
static uint64_t noise(void)
{
    static uint64_t state = 0x9e3779b97f4a7c15;

    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static uint64_t garbage(void)
{
    const uint64_t pool[] = {
        0,
        1,
        7,
        31,
        32,
        33,
        4095,
        4096,
        INT64_MAX,
        1ull << 63,
        UINT64_MAX,
        UINT32_MAX,
        PV_HYPERVISOR_START,
        PV_HYPERVISOR_END - 1,
        0xffff818000200000,
        0xffff840000000000,
        0x0000800000000000,
        0xffff7fffffffffff,
        (uintptr_t)text,
        WINDOW,
        WINDOW + PV_WINDOW_VCPU,
    };
    uint64_t choice = noise();

    if (choice % 4 == 0)
        return noise();
    if (choice % 4 == 1)
        return noise() >> (noise() % 64);
    return pool[(choice >> 8) % (sizeof pool / sizeof *pool)];
}

/*
 * The page of the virtual CPU could be a destination that was guessed right, and what arrives there takes the
 * event mask away. So there must be no event, or an upcall would enter at an address that is garbage: the
 * timer that an earlier call may have set is disarmed.
 */
static void events_quiet(void)
{
    volatile struct pv_vcpu_page *page = (volatile struct pv_vcpu_page *)(WINDOW + PV_WINDOW_VCPU);

    page->event_mask = 1;
    call(PV_CALL_timer_set, 0, 0, 0);
    page->event_pending = 0;
}

static bool left_out(uint64_t number)
{
    return number == PV_CALL_exit || number == PV_CALL_exception_return || number == PV_CALL_user_return ||
           number == PV_CALL_block || number == PV_CALL_port_wait || number == PV_CALL_event_deliver ||
           number == PV_CALL_vcpu_stop;
}

/* The highest number in calls.def. */
static uint64_t last_call(void)
{
    static const uint64_t numbers[] = {
#define PV_CALL(number, ...) number,
#include "abi/calls.def"
#undef PV_CALL
    };
    uint64_t last = 0;

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        last = numbers[i] > last ? numbers[i] : last;
    return last;
}

static bool of_the_hypervisor(uint64_t value)
{
    return value >= PV_HYPERVISOR_START && value < PV_HYPERVISOR_END;
}

static void expect_kept(const struct registers *before, const struct registers *after)
{
    expect(after->rbx == before->rbx && after->rbp == before->rbp && after->rdx == before->rdx &&
               after->rsi == before->rsi && after->rdi == before->rdi && after->r8 == before->r8 &&
               after->r9 == before->r9 && after->r10 == before->r10 && after->r12 == before->r12 &&
               after->r13 == before->r13 && after->r14 == before->r14 && after->r15 == before->r15,
           "call %x did not keep every register", before->rax);
    expect(!of_the_hypervisor(after->rax) && !of_the_hypervisor(after->rcx) && !of_the_hypervisor(after->r11),
           "call %x gave away an address: %x %x %x", before->rax, after->rax, after->rcx, after->r11);
}

static int64_t call_garbage(uint64_t number)
{
    struct registers before = {number,    garbage(), garbage(), garbage(), garbage(),
                               garbage(), garbage(), garbage(), garbage(), garbage(),
                               garbage(), garbage(), garbage(), garbage(), garbage()};
    struct registers after = before;

    events_quiet();
    call_registers(&after);
    expect_kept(&before, &after);
    return (int64_t)after.rax;
}

static void expect_nocall(uint64_t number)
{
    int64_t result = call_garbage(number);

    expect(result == -PV_E_NOCALL, "call %x returned %x", number, (uint64_t)result);
}

void test_main(void)
{
    static const uint64_t absurd[] = {
        1ull << 32,         (1ull << 32) + PV_CALL_version,
        1ull << 31,         UINT32_MAX,
        1ull << 63,         (1ull << 63) + PV_CALL_version,
        UINT64_MAX,         UINT64_MAX - 63,
        0xffffffff80000000, 1ull << 60,
        1ull << 61,
    };

    for (int round = 0; round < ROUNDS; round++) {
        for (uint64_t number = 0; number <= last_call(); number++) {
            if (!left_out(number))
                call_garbage(number);
        }
    }
    for (uint64_t number = last_call() + 1; number < NUMBERS; number++)
        expect_nocall(number);
    for (size_t i = 0; i < sizeof absurd / sizeof *absurd; i++)
        expect_nocall(absurd[i]);
    expect(call(PV_CALL_version, 0, 0, 0) == PV_VERSION, "the version has changed");
    print("\nall numbers from 0 to %u called\n", (uint64_t)NUMBERS - 1);
}
