// SPDX-License-Identifier: MIT
/*
 * clocks: reads the clock on every virtual CPU, and waits for the timer.
 *
 * What: the clock never goes back, neither on one virtual CPU nor, by more than PV_CLOCK_SKEW, from one to
 * another. A timer never comes before its time. With the argument `drift` it says what time it is, once a
 * second.
 *
 * Why: programs order what happens by the clock; and the processors' counters are not the same one.
 *
 * How: each virtual CPU takes the latest time that any has read, then reads the clock, and then lets that be
 * the latest one if it is. They run for a while and give their processors away in between, so that they move.
 */
#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/clock.h"
#include "tests/guests/runtime/memory.h"
#include "tests/guests/runtime/test.h"

const char test_name[] = "clocks";

#define LIMIT   8
#define TIMERS  101
#define TIME    (SECOND / 2) /* for which they compare */
#define PERIODS 5            /* of a second */
#define STEPS   64           /* between two times that a processor is given away */

static char stacks[LIMIT][4096] __attribute__((aligned(16)));
static uint64_t latest, furthest_back[LIMIT], looks[LIMIT];
static bool done[LIMIT];

static void latest_set(uint64_t time)
{
    uint64_t was = __atomic_load_n(&latest, __ATOMIC_SEQ_CST);

    while (was < time &&
           !__atomic_compare_exchange_n(&latest, &was, time, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
    }
}

static void look(uint64_t number)
{
    uint64_t before = __atomic_load_n(&latest, __ATOMIC_SEQ_CST);
    uint64_t time = clock_read(number);

    if (before > time && before - time > furthest_back[number])
        furthest_back[number] = before - time;
    latest_set(time);
    looks[number]++;
}

static void compare(uint64_t number)
{
    for (uint64_t end = clock_read(number) + TIME; clock_read(number) < end;) {
        for (unsigned int i = 0; i < STEPS; i++)
            look(number);
        call(PV_CALL_yield, 0, 0, 0);
    }
    __atomic_store_n(&done[number], true, __ATOMIC_RELEASE);
}

static void other(uint64_t number)
{
    compare(number);
    call(PV_CALL_vcpu_stop, number, 0, 0);
}

static void others_start(void)
{
    for (uint64_t number = 1; number < start_info->vcpus; number++) {
        struct pv_vcpu_state state = {
            .rip = (uint64_t)other,
            .rsp = (uint64_t)(stacks[number] + sizeof(stacks[number]) - 8),
            .argument = number,
            .kernel_root = machine_address(root_page()),
        };

        expect_result(call(PV_CALL_vcpu_start, number, (uint64_t)&state, 0), 0, "the start of", number);
    }
}

static void monotonic(void)
{
    uint64_t furthest = 0, total = 0;

    others_start();
    compare(0);
    for (uint64_t number = 0; number < start_info->vcpus; number++) {
        while (!__atomic_load_n(&done[number], __ATOMIC_ACQUIRE))
            call(PV_CALL_yield, 0, 0, 0);
        expect(looks[number] > 1000, "%u looked %u times only", number, looks[number]);
        furthest = furthest_back[number] > furthest ? furthest_back[number] : furthest;
        total += looks[number];
    }
    print("%u looks on %u virtual CPUs, at most %u ns back\n", total, (uint64_t)start_info->vcpus, furthest);
    expect(furthest <= PV_CLOCK_SKEW, "the clock went back by %u ns", furthest);
}

/* Sleeps until a time; returns how much later it is when the handler has been entered and left. */
static uint64_t late(uint64_t deadline)
{
    uint64_t now;

    vcpu_page(0)->event_mask = 1;
    call(PV_CALL_timer_set, deadline, 0, 0);
    call(PV_CALL_block, 0, 0, 0);
    now = clock_read(0);
    expect(now >= deadline, "the timer came %u ns early", deadline - now);
    return now - deadline;
}

static void insert(uint64_t *sorted, unsigned int count, uint64_t value)
{
    while (count > 0 && sorted[count - 1] > value) {
        sorted[count] = sorted[count - 1];
        count--;
    }
    sorted[count] = value;
}

/* Of deadlines between a tenth of a millisecond and ten. */
static void lateness(void)
{
    static uint64_t sorted[TIMERS];

    for (unsigned int i = 0; i < TIMERS; i++)
        insert(sorted, i, late(clock_read(0) + (i + 1ul) * 100 * MICROSECOND));
    print("timers are late by %u to %u ns, half of them by less than %u\n", sorted[0], sorted[TIMERS - 1],
          sorted[TIMERS / 2]);
}

static void drift(void)
{
    print("the clock says %u\n", clock_read(0));
    for (unsigned int i = 0; i < PERIODS; i++) {
        late(clock_read(0) + SECOND);
        print("the clock says %u\n", clock_read(0));
    }
}

void test_main(void)
{
    if (start_info->vcpus > LIMIT)
        test_error("it is made for 8 virtual CPUs at most");
    call(PV_CALL_event_entry_set, (uintptr_t)upcall_minimal, 0, 0);
    if (argument_is("drift")) {
        drift();
        return;
    }
    monotonic();
    lateness();
}
