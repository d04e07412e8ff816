// SPDX-License-Identifier: MIT
// The run queue of the guest's kernel: who is next, and how fast virtual time goes.
#include "kernel/queue.h"

#include <criterion/criterion.h>

enum { MILLISECOND = 1000000, SECOND = 1000 * MILLISECOND };

static struct process processes[4];

// The queue's clock starts at a second and does not fall, so the tests' times are later.
static struct process *process_at(unsigned index, uint64_t virtual_time)
{
    processes[index] = (struct process){.pid = (int)index + 1, .virtual_time = virtual_time};
    return &processes[index];
}

static void expect_next(const struct process *expected)
{
    const struct process *next = queue_take();

    cr_assert_eq(next, expected, "process %d instead of %d", next != NULL ? next->pid : 0,
                 expected != NULL ? expected->pid : 0);
}

Test(kernel_queue, nobody_is_in_an_empty_queue)
{
    cr_assert(queue_is_empty());
    expect_next(NULL);
}

Test(kernel_queue, the_least_virtual_time_is_first)
{
    queue_add(process_at(0, 5 * (uint64_t)SECOND));
    queue_add(process_at(1, 3 * (uint64_t)SECOND));
    queue_add(process_at(2, 4 * (uint64_t)SECOND));
    cr_assert_eq(processes[0].state, PROCESS_RUNNABLE);
    expect_next(&processes[1]);
    cr_assert_eq(processes[1].state, PROCESS_RUNNING);
    expect_next(&processes[2]);
    expect_next(&processes[0]);
    cr_assert(queue_is_empty());
}

Test(kernel_queue, who_came_first_is_first_among_equals)
{
    queue_add(process_at(0, SECOND));
    queue_add(process_at(1, SECOND));
    queue_add(process_at(2, SECOND));
    expect_next(&processes[0]);
    expect_next(&processes[1]);
    expect_next(&processes[2]);
}

Test(kernel_queue, who_yields_is_last)
{
    queue_add(process_at(0, 2 * (uint64_t)SECOND));
    queue_add(process_at(1, 9 * (uint64_t)SECOND));
    queue_add_last(process_at(2, SECOND));
    expect_next(&processes[0]);
    expect_next(&processes[1]);
    expect_next(&processes[2]);
    cr_assert_eq(processes[2].virtual_time, 9 * (uint64_t)SECOND);
}

Test(kernel_queue, sleep_saves_up_little)
{
    struct process *slept = process_at(1, SECOND);
    uint64_t last = 8 * (uint64_t)SECOND;

    queue_add(process_at(0, last));
    expect_next(&processes[0]);
    queue_refresh(slept);
    cr_assert_lt(slept->virtual_time, last);
    cr_assert_geq(slept->virtual_time, last - 10 * MILLISECOND);
}

Test(kernel_queue, who_had_more_than_the_others_keeps_that)
{
    struct process *greedy = process_at(1, 9 * (uint64_t)SECOND);

    queue_add(process_at(0, 8 * (uint64_t)SECOND));
    expect_next(&processes[0]);
    queue_refresh(greedy);
    cr_assert_eq(greedy->virtual_time, 9 * (uint64_t)SECOND);
}

static uint64_t charged(int nice, uint64_t time)
{
    struct process *process = process_at(3, SECOND);

    process->nice = nice;
    queue_charge(process, time);
    return process->virtual_time - SECOND;
}

Test(kernel_queue, a_nice_process_pays_more)
{
    cr_assert_eq(charged(0, MILLISECOND), MILLISECOND);
    cr_assert_eq(charged(1, MILLISECOND), MILLISECOND + MILLISECOND / 4);
    for (int nice = PROCESS_NICE_LEAST; nice < PROCESS_NICE_MOST; nice++)
        cr_assert_lt(charged(nice, MILLISECOND), charged(nice + 1, MILLISECOND));
    cr_assert_gt(charged(PROCESS_NICE_LEAST, MILLISECOND), 0);
}

Test(kernel_queue, no_charge_overflows)
{
    for (int nice = PROCESS_NICE_LEAST; nice <= PROCESS_NICE_MOST; nice++)
        cr_assert_eq(charged(nice, UINT64_MAX), charged(nice, SECOND));
}
