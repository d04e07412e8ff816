// SPDX-License-Identifier: MIT
/*
 * heavy-caller: a guest of great weight that calls so often that the time between two calls weighs nothing.
 *
 * What: with the argument `call` it arms its timer again and again, and each time the scheduler looks what
 * has been used since. With the argument `count` it is the victim: it measures which part of the processor it
 * gets.
 *
 * Why: time used is divided by a guest's weight. What a division leaves over is small, but it is left over at
 * every look, and it is the guest that decides how often that is: it runs in part without paying for it, at
 * the cost of the others.
 *
 * How: the victim does rounds of work for a time, and knows what one takes from the fastest of them. After
 * each it makes the scheduler look too, so that both take turns in short slices. It prints its share in parts
 * of a million, and the test compares that with its weight. On a machine that counts instructions instead of
 * time the share is exact.
 */
#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/test.h"

const char test_name[] = "heavy-caller";

#define MILLISECONDS 400
#define MILLION      1000000

/* Steps in a round: long against a call, short against the slices of the hypervisor. */
#define STEPS 3000

/*
 * Steps between two calls of the heavy guest. Its time is divided by 64, so up to 63 ns are left over; found
 * by trying: with these steps it is nearly as much.
 */
#define PAUSE 40

static uint64_t time_stamp(void)
{
    uint32_t low, high;

    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

/* So many steps of one instruction each. */
static inline void steps(uint64_t count)
{
    while (count-- > 0)
        __asm__ volatile("");
}

/* A deadline that never comes, and is earlier than all before; setting it makes the scheduler look. */
static void scheduler_look(void)
{
    call(PV_CALL_timer_set, UINT64_MAX - time_stamp(), 0, 0);
}

static void count(void)
{
    uint64_t ticks = MILLISECONDS * start_info->tsc_khz, least = UINT64_MAX, rounds = 0;
    uint64_t start = time_stamp(), now = start;

    if (ticks == 0)
        test_error("the start-info page has no frequency");
    while (now - start < ticks) {
        uint64_t before = time_stamp();
        steps(STEPS);
        now = time_stamp();
        least = now - before < least ? now - before : least;
        rounds++;
        scheduler_look();
    }
    print("share: %u\n", rounds * least * MILLION / ticks);
}

static _Noreturn void call_for_ever(void)
{
    for (;;) {
        steps(PAUSE);
        scheduler_look();
    }
}

void test_main(void)
{
    if (argument_is("call"))
        call_for_ever();
    if (!argument_is("count"))
        test_error("neither call nor count");
    count();
}
