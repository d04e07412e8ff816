// SPDX-License-Identifier: MIT
/*
 * heavy-caller: a guest of great weight that calls so often that the time between two calls weighs nothing.
 *
 * What: with the argument `call` it arms its timer again and again, and each time the scheduler looks what has
 * been used since. With the argument `count` it is the victim: it measures which part of the processor it gets.
 *
 * Why: time used is divided by a guest's weight. What a division leaves over is small, but it is left over at
 * every look, and it is the guest that decides how often that is: it runs in part without paying for it, at
 * the cost of the others.
 *
 * How: the victim counts rounds of a loop for a time, and knows from short stretches in which it was alone what
 * one round takes. It prints its share in parts of a million, and the test compares that with its weight. On a
 * machine that counts instructions instead of time the share is exact.
 */
#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/test.h"

const char test_name[] = "heavy-caller";

/* Long against the hypervisor's slices, of which a light guest gets one in sixty. */
#define MILLISECONDS 2600

#define MILLION     1000000
#define CALIBRATION 1000

static uint64_t time_stamp(void)
{
    uint32_t low, high;

    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

/* Rounds until a time has come, or until there were so many. */
static __attribute__((noinline)) uint64_t rounds_until(uint64_t end, uint64_t limit)
{
    uint64_t rounds = 0;

    while (rounds < limit && time_stamp() < end)
        rounds++;
    return rounds;
}

/* The ticks that so many rounds take when nobody else runs: the least of several attempts. */
static uint64_t rounds_cost(uint64_t rounds)
{
    uint64_t least = UINT64_MAX;

    for (unsigned int i = 0; i < 10; i++) {
        uint64_t start = time_stamp();
        rounds_until(UINT64_MAX, rounds);
        uint64_t ticks = time_stamp() - start;
        least = ticks < least ? ticks : least;
    }
    return least;
}

static void count(void)
{
    uint64_t cost = rounds_cost(CALIBRATION);
    uint64_t ticks = MILLISECONDS * start_info->tsc_khz;
    uint64_t rounds = rounds_until(time_stamp() + ticks, UINT64_MAX);

    print("share: %u\n", rounds * cost / CALIBRATION * MILLION / ticks);
}

/* A deadline that never comes; setting it makes the scheduler look. */
static _Noreturn void call_for_ever(void)
{
    for (;;)
        call(PV_CALL_timer_set, UINT64_MAX - 1, 0, 0);
}

void test_main(void)
{
    if (argument_is("call"))
        call_for_ever();
    if (!argument_is("count"))
        test_error("neither call nor count");
    count();
}
