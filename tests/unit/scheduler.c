// SPDX-License-Identifier: MIT
/*
 * The scheduler on processors whose time is simulated: nothing happens between two alarms, kicks, and what
 * the virtual CPUs themselves do, so the clock jumps from one to the next.
 */
/* Under other names: ports have a simulation of their own (port_world.c). */
#define scheduler_add    simulated_add
#define scheduler_remove simulated_remove
#define clock_now        simulated_now

// NOLINTNEXTLINE(bugprone-suspicious-include)
#include "core/scheduler.c"

#include <criterion/criterion.h>
#include <string.h>

#define MS     1000000ull
#define SECOND (1000 * MS)

#define VCPUS 64

/* What a virtual CPU does: it runs so long, and then sleeps so long, or yields if that is 0; 0: it runs on.
 */
struct habit {
    uint64_t burst, sleep;
};

static struct {
    uint64_t now;
    uint64_t alarms[PROCESSOR_LIMIT];
    uint64_t kicked; /* a bit each */
    unsigned self;   /* the processor that executes */
    struct vcpu idle[PROCESSOR_LIMIT];
    struct domain domains[VCPUS];
    struct vcpu vcpus[VCPUS];
    struct habit habits[VCPUS];
    uint64_t left[VCPUS];     /* of its burst */
    uint64_t wakes_at[VCPUS]; /* or 0 */
    uint64_t woken_at[VCPUS];
    uint64_t latest[VCPUS]; /* the longest from a wake-up until it ran */
    unsigned count;
    unsigned turns;
} sim;

struct processor processors[PROCESSOR_LIMIT];
uint32_t processor_count;

uint64_t clock_now(void)
{
    return sim.now;
}

void clock_alarm(uint64_t deadline)
{
    sim.alarms[sim.self] = deadline;
}

uint64_t timer_next(const struct processor *processor)
{
    (void)processor;
    return CLOCK_NEVER;
}

void processor_kick(const struct processor *processor)
{
    sim.kicked |= 1ull << processor->number;
}

void domain_vcpu_left(struct vcpu *vcpu)
{
    (void)vcpu;
}

static unsigned index_of(const struct vcpu *vcpu)
{
    return (unsigned)(vcpu - sim.vcpus);
}

void vcpu_switch(struct vcpu *from, struct vcpu *to)
{
    struct processor *processor = &processors[sim.self];

    cr_assert_eq(processor->current, from);
    for (unsigned i = 0; i < processor_count; i++)
        cr_assert(processors[i].current != to, "one runs on two processors");
    processor->current = to;
    if (to->domain != NULL) {
        cr_assert(to->domain->processors >> sim.self & 1, "it runs where it may not");
        cr_assert_eq(to->entry.processor, processor);
        if (sim.woken_at[index_of(to)] != 0) {
            uint64_t waited = sim.now - sim.woken_at[index_of(to)];

            sim.latest[index_of(to)] = waited > sim.latest[index_of(to)] ? waited : sim.latest[index_of(to)];
            sim.woken_at[index_of(to)] = 0;
        }
    }
}

/* Runs what a processor does after an interrupt, until nobody wants any more of any. */
static void settle(void)
{
    struct vcpu *current;

    while (sim.kicked != 0) {
        sim.self = (unsigned)__builtin_ctzll(sim.kicked);
        sim.kicked &= sim.kicked - 1;
        current = processors[sim.self].current;
        cr_assert_not_null(current);
        current->entry.attention = 0;
        scheduler_turn(&processors[sim.self]);
        sim.turns++;
    }
}

static void open(unsigned count)
{
    memset(&sim, 0, sizeof(sim));
    memset(processors, 0, sizeof(processors));
    sim.now = 5 * MS;
    processor_count = count;
    for (unsigned i = 0; i < count; i++) {
        processors[i].number = i;
        processors[i].idle = processors[i].current = &sim.idle[i];
        sim.idle[i].entry.processor = &processors[i];
        sim.idle[i].state = VCPU_BLOCKED;
        sim.idle[i].since = sim.now;
        sim.alarms[i] = CLOCK_NEVER;
        scheduler_open(&processors[i]);
        sim.kicked |= 1ull << i;
    }
    settle();
}

static struct vcpu *add(uint64_t weight, uint64_t cap, uint64_t where, struct habit habit)
{
    unsigned i = sim.count++;
    struct domain *domain = &sim.domains[i];
    struct vcpu *vcpu = &sim.vcpus[i];

    *domain = (struct domain){.weight = weight, .cap = cap, .processors = where};
    vcpu->domain = domain;
    vcpu->state = VCPU_DOWN;
    vcpu->since = sim.now;
    vcpu->entry.processor = &processors[__builtin_ctzll(where)];
    sim.habits[i] = habit;
    sim.left[i] = habit.burst;
    scheduler_add(vcpu, VCPU_DOWN);
    for (unsigned p = 0; p < processor_count; p++)
        sim.kicked |= processors[p].current->entry.attention != 0 ? 1ull << p : 0;
    settle();
    return vcpu;
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* When something happens next. */
static uint64_t next_time(uint64_t end)
{
    uint64_t next = end;

    for (unsigned i = 0; i < processor_count; i++) {
        const struct vcpu *current = processors[i].current;

        next = least(next, sim.alarms[i] > sim.now ? sim.alarms[i] : sim.now + 1);
        if (current->domain != NULL && sim.habits[index_of(current)].burst != 0)
            next = least(next, sim.now + sim.left[index_of(current)]);
    }
    for (unsigned i = 0; i < sim.count; i++)
        next = sim.wakes_at[i] != 0 ? least(next, sim.wakes_at[i]) : next;
    return next;
}

/* What a virtual CPU does at the end of its burst. */
static void burst_end(struct vcpu *vcpu)
{
    unsigned i = index_of(vcpu);

    sim.left[i] = sim.habits[i].burst;
    if (sim.habits[i].sleep == 0) {
        scheduler_yield(vcpu);
    } else {
        scheduler_remove(vcpu, VCPU_BLOCKED);
        sim.wakes_at[i] = sim.now + sim.habits[i].sleep;
    }
    sim.kicked |= 1ull << vcpu->entry.processor->number;
}

static void time_pass(uint64_t to)
{
    uint64_t passed = to - sim.now;

    sim.now = to;
    for (unsigned i = 0; i < processor_count; i++) {
        struct vcpu *current = processors[i].current;

        if (sim.alarms[i] <= sim.now) {
            sim.alarms[i] = CLOCK_NEVER;
            sim.kicked |= 1ull << i;
        }
        if (current->domain != NULL && sim.habits[index_of(current)].burst != 0) {
            sim.left[index_of(current)] -= passed;
            if (sim.left[index_of(current)] == 0)
                burst_end(current);
        }
    }
}

static void wake_due(void)
{
    for (unsigned i = 0; i < sim.count; i++) {
        if (sim.wakes_at[i] != 0 && sim.wakes_at[i] <= sim.now) {
            sim.wakes_at[i] = 0;
            sim.woken_at[i] = sim.now;
            cr_assert(scheduler_add(&sim.vcpus[i], VCPU_BLOCKED));
            for (unsigned p = 0; p < processor_count; p++)
                sim.kicked |= processors[p].current->entry.attention != 0 ? 1ull << p : 0;
        }
    }
}

static void run(uint64_t time)
{
    uint64_t end = sim.now + time;

    while (sim.now < end) {
        time_pass(next_time(end));
        settle();
        wake_due();
        settle();
    }
}

static uint64_t used(struct vcpu *vcpu)
{
    return scheduler_times(vcpu).spent[SPEND_RUNNING];
}

static const struct habit always;

/* Each gets its part of the processors over a second, within 2 % of its due. */
static void expect_shares(unsigned on, const uint64_t *weights, unsigned count)
{
    uint64_t before[VCPUS], sum = 0;

    open(on);
    for (unsigned i = 0; i < count; i++) {
        add(weights[i], 0, (1ull << on) - 1, always);
        sum += weights[i];
    }
    run(200 * MS);
    for (unsigned i = 0; i < count; i++)
        before[i] = used(&sim.vcpus[i]);
    run(SECOND);
    for (unsigned i = 0; i < count; i++) {
        double share = (double)(used(&sim.vcpus[i]) - before[i]) / (double)(on * SECOND);
        double due = (double)weights[i] / (double)sum;

        cr_expect(share > due - 0.02 && share < due + 0.02,
                  "of %u processors, weight %lu of %lu got %.3f, not %.3f", on, weights[i], sum, share, due);
    }
}

Test(scheduler, weights_on_one_processor)
{
    expect_shares(1, (uint64_t[]){256, 256}, 2);
    expect_shares(1, (uint64_t[]){128, 256, 512}, 3);
    expect_shares(1, (uint64_t[]){400, 100}, 2);
    expect_shares(1, (uint64_t[]){10, 20, 30, 40, 50}, 5);
}

Test(scheduler, weights_on_two_processors)
{
    expect_shares(2, (uint64_t[]){256, 256, 256}, 3);
    expect_shares(2, (uint64_t[]){128, 256, 256, 384}, 4);
    expect_shares(2, (uint64_t[]){256, 256, 256, 256, 256}, 5);
    expect_shares(2, (uint64_t[]){100, 200, 300, 400, 500}, 5);
}

Test(scheduler, weights_on_four_processors)
{
    expect_shares(4, (uint64_t[]){256, 256, 256, 256, 256, 256}, 6);
    expect_shares(4, (uint64_t[]){100, 150, 200, 250, 300, 350, 400, 450}, 8);
}

/* In no time of a period does it get more than its cap and a slice; over a second it gets its cap. */
Test(scheduler, cap)
{
    static const uint64_t caps[] = {10, 30, 55};

    for (unsigned c = 0; c < 3; c++) {
        uint64_t history[100];
        struct vcpu *vcpu;

        open(1);
        vcpu = add(256, caps[c], 1, always);
        for (unsigned i = 0; i < 100; i++) {
            run(10 * MS);
            history[i] = used(vcpu);
            if (i >= 10)
                cr_assert_leq(history[i] - history[i - 10], caps[c] * MS + SCHEDULER_SLICE,
                              "%lu of 100 ms in %u", history[i] - history[i - 10], i);
        }
        cr_assert_geq(history[99], caps[c] * 10 * MS - SCHEDULER_SLICE);
        cr_assert_leq(history[99], caps[c] * 10 * MS + SCHEDULER_SLICE);
    }
}

/* Who has a cap and never uses it up gets what it asks for; the other gets the rest. */
Test(scheduler, cap_beside_others)
{
    struct vcpu *capped, *free;

    open(1);
    capped = add(512, 25, 1, always);
    free = add(256, 0, 1, always);
    run(SECOND);
    cr_assert_leq(used(capped), 260 * MS);
    cr_assert_geq(used(capped), 240 * MS);
    cr_assert_geq(used(free), 739 * MS);
}

/* vcpu_switch sees to it that nobody runs where it may not. */
Test(scheduler, pinned)
{
    struct vcpu *here, *there, *anywhere;

    open(2);
    here = add(256, 0, 1, always);
    there = add(256, 0, 2, always);
    anywhere = add(256, 0, 3, always);
    run(SECOND);
    cr_assert_geq(used(here) + used(there) + used(anywhere), 2 * SECOND - 2);
    cr_assert_geq(used(anywhere), 600 * MS, "%lu %lu %lu", used(anywhere), used(here), used(there));
}

Test(scheduler, all_pinned_to_one)
{
    struct vcpu *first, *second;

    open(4);
    first = add(256, 0, 4, always);
    second = add(256, 0, 4, always);
    run(SECOND);
    cr_assert_geq(used(first), 480 * MS);
    cr_assert_geq(used(second), 480 * MS);
}

/* Nobody waits while a processor has nothing to do. */
Test(scheduler, idle_processors_take_work)
{
    uint64_t idle;

    open(4);
    for (unsigned i = 0; i < 9; i++)
        add(256, 0, 15, i < 5 ? always : (struct habit){3 * MS, 2 * MS});
    run(SECOND);
    idle = 0;
    for (unsigned i = 0; i < 4; i++)
        idle += scheduler_idle_time(&processors[i]);
    cr_assert_eq(idle, 0, "%lu ns idle, with five that always run", idle);
}

Test(scheduler, one_for_each_processor_is_left_alone)
{
    unsigned turns;

    open(4);
    for (unsigned i = 0; i < 4; i++)
        add(256, 0, 15, always);
    run(10 * MS);
    turns = sim.turns;
    run(SECOND);
    cr_assert_eq(sim.turns, turns, "%u interrupts in a second in which nothing was due", sim.turns - turns);
    for (unsigned i = 0; i < 4; i++)
        cr_assert_eq(sim.alarms[i], CLOCK_NEVER);
}

Test(scheduler, idle_has_no_alarm)
{
    open(2);
    add(256, 0, 3, (struct habit){MS, 100 * MS});
    run(50 * MS);
    cr_assert_eq(sim.alarms[0], CLOCK_NEVER);
    cr_assert_eq(sim.alarms[1], CLOCK_NEVER);
}

/* One that mostly sleeps runs soon after it wakes, whoever else runs. */
Test(scheduler, wakes_soon)
{
    for (unsigned on = 1; on <= 2; on++) {
        struct vcpu *sleeper;

        open(on);
        for (unsigned i = 0; i < 4; i++)
            add(256, 0, (1ull << on) - 1, always);
        sleeper = add(256, 0, (1ull << on) - 1, (struct habit){MS / 2, 20 * MS});
        run(2 * SECOND);
        cr_assert_leq(sim.latest[index_of(sleeper)], SCHEDULER_SLICE, "%lu ns on %u processors",
                      sim.latest[index_of(sleeper)], on);
    }
}

/* Sleeping saves nothing up: the others do not wait for the one that slept long. */
Test(scheduler, sleep_saves_nothing)
{
    struct vcpu *other, *sleeper;
    uint64_t before;

    open(1);
    other = add(256, 0, 1, always);
    sleeper = add(256, 0, 1, (struct habit){100 * MS, 3 * SECOND});
    run(3 * SECOND);
    while (sim.vcpus[index_of(sleeper)].state == VCPU_BLOCKED)
        run(MS);
    before = used(other);
    run(100 * MS);
    cr_assert_geq(used(other) - before, 44 * MS, "%lu", used(other) - before);
}

/* One that yields all the time lets the other have its slices, and comes again after each. */
Test(scheduler, yielding_starves_nobody)
{
    struct vcpu *yields, *runs;

    open(1);
    runs = add(256, 0, 1, always);
    yields = add(256, 0, 1, (struct habit){MS / 10, 0});
    run(SECOND);
    cr_assert_geq(used(yields), 9 * MS, "%lu", used(yields));
    cr_assert_geq(used(runs), 900 * MS, "%lu", used(runs));
}

Test(scheduler, blocking_starves_nobody)
{
    struct vcpu *blocks;

    open(1);
    add(256, 0, 1, always);
    blocks = add(256, 0, 1, (struct habit){MS, MS / 10});
    run(SECOND);
    cr_assert_geq(used(blocks), 400 * MS, "%lu", used(blocks));
}

/* Whatever happens, each one's times are its age. */
Test(scheduler, times_add_up)
{
    uint64_t start;

    open(3);
    start = sim.now;
    for (unsigned i = 0; i < 20; i++)
        add(64 + i * 40, i % 3 == 0 ? 20 : 0, i % 4 == 1 ? 2 : 7,
            (struct habit){(1 + i) * MS / 3, (i % 5) * MS});
    run(SECOND);
    for (unsigned i = 0; i < 20; i++) {
        struct vcpu_times times = scheduler_times(&sim.vcpus[i]);
        uint64_t sum = 0;

        for (unsigned kind = 0; kind < SPEND_KINDS; kind++)
            sum += times.spent[kind];
        cr_assert_eq(sum, sim.now - start, "%u: %lu of %lu", i, sum, sim.now - start);
    }
}

/* One that is woken while its processor is about to leave it goes on there. */
Test(scheduler, woken_before_it_was_left)
{
    struct vcpu *vcpu;

    open(1);
    vcpu = add(256, 0, 1, always);
    scheduler_remove(vcpu, VCPU_BLOCKED);
    cr_assert(!scheduler_has_left(vcpu));
    cr_assert(scheduler_add(vcpu, VCPU_BLOCKED));
    cr_assert(!scheduler_add(vcpu, VCPU_BLOCKED));
    sim.kicked = 1;
    settle();
    cr_assert_eq(processors[0].current, vcpu);
    scheduler_remove(vcpu, VCPU_BLOCKED);
    sim.kicked = 1;
    settle();
    cr_assert_eq(processors[0].current, &sim.idle[0]);
    cr_assert(scheduler_has_left(vcpu));
}
