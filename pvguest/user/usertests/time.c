// SPDX-License-Identifier: MIT
// Time: clocks, sleeping, and how the processor is shared. What is measured is only compared, never printed.
#include "call.h"
#include "test.h"

#include <sched.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int64_t now(void)
{
    struct timespec time;

    MUST(clock_gettime(CLOCK_MONOTONIC, &time));
    EXPECT_TRUE(time.tv_nsec >= 0 && time.tv_nsec < 1000000000);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void goes_on(void)
{
    int64_t last = now();

    for (int i = 0; i < 20000; i++) {
        int64_t next = now();

        EXPECT_TRUE(next >= last);
        last = next;
    }
}

static void watch(void)
{
    int64_t end = now() + 50000000;
    int64_t last = 0;

    while (last < end) {
        int64_t next = now();

        EXPECT_TRUE(next >= last);
        last = next;
        sched_yield();
    }
}

static void goes_on_for_all(void)
{
    pid_t pids[4];

    for (int i = 0; i < 4; i++)
        pids[i] = child_start(watch);
    for (int i = 0; i < 4; i++)
        EXPECT_EXIT(pids[i], 0);
}

static void clock_errors(void)
{
    struct timespec time;
    struct timeval of_day;

    EXPECT(call_raw(CALL_clock, 77, (uint64_t)&time, 0), -EINVAL);
    EXPECT(call_raw(CALL_clock, UINT64_MAX, (uint64_t)&time, 0), -EINVAL);
    MUST(clock_gettime(CLOCK_REALTIME, &time));
    MUST(gettimeofday(&of_day, NULL));
    EXPECT_TRUE(of_day.tv_sec - time.tv_sec <= 1);
}

static void never_early(void)
{
    static const long microseconds[] = {0, 1, 100, 1000, 5000, 20000, 50000};

    for (size_t i = 0; i < sizeof microseconds / sizeof *microseconds; i++) {
        struct timespec time = {.tv_nsec = microseconds[i] * 1000};
        int64_t start = now();

        MUST(nanosleep(&time, NULL));
        EXPECT_TRUE(now() - start >= microseconds[i] * 1000);
    }
}

static void sleep_errors(void)
{
    static const struct timespec wrong[] = {{0, 1000000000}, {0, -1}, {-1, 0}, {0, INT64_MAX}};

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        EXPECT_ERROR(nanosleep(&wrong[i], NULL), EINVAL);
}

// The longest sleep that can be asked for is not a short one.
static void for_ever(void)
{
    struct timespec time = {.tv_sec = INT64_MAX, .tv_nsec = 999999999};

    nanosleep(&time, NULL);
}

static void longest_sleep(void)
{
    pid_t pid = child_start(for_ever);

    milliseconds_sleep(30);
    EXPECT(waitpid(pid, NULL, WNOHANG), 0);
    MUST(kill(pid, SIGKILL));
    EXPECT_SIGNAL(pid, SIGKILL);
}

enum { PROCESSORS = 64 }; // that a machine may have

// What depends on time may be disturbed from outside, by whoever shares the processor with this machine: it
// has to hold once in a few attempts.
static void expect_once(bool (*holds)(void))
{
    enum { ATTEMPTS = 6 };
    int attempt = 0;

    while (!holds() && attempt < ATTEMPTS)
        attempt++;
    EXPECT_TRUE(attempt < ATTEMPTS);
}

// Sleepers wake in the order of their times, however they went to sleep.
static bool woken_in_order(void)
{
    static const int order[] = {3, 1, 4, 0, 2};
    struct cue cue = cue_open();
    bool ordered = true;
    char byte;

    for (int i = 0; i < 5; i++) {
        if (MUST(fork()) == 0) {
            byte = (char)order[i];
            milliseconds_sleep(100 + 60L * order[i]);
            EXPECT(write(cue.end[1], &byte, 1), 1);
            _exit(0);
        }
    }
    for (int i = 0; i < 5; i++) {
        EXPECT(read(cue.end[0], &byte, 1), 1);
        ordered = ordered && byte == i;
        MUST(wait(NULL));
    }
    cue_close(&cue);
    return ordered;
}

static void in_order(void)
{
    expect_once(woken_in_order);
}

static void spin_for_ever(void)
{
    for (;;)
        __asm__ volatile("pause");
}

// Who never calls the kernel does not keep the others from running.
static void spinning_is_preempted(void)
{
    pid_t pids[3];

    for (int i = 0; i < 3; i++)
        pids[i] = child_start(spin_for_ever);
    for (int i = 0; i < 10; i++)
        milliseconds_sleep(5);
    for (int i = 0; i < 3; i++) {
        MUST(kill(pids[i], SIGKILL));
        EXPECT_SIGNAL(pids[i], SIGKILL);
    }
}

// Counts for a time of the clock, and reports how far it came.
static void count_for(const struct cue *start, int report, int64_t length)
{
    volatile long count = 0;

    cue_await(start);
    for (int64_t end = now() + length; now() < end; count++)
        continue;
    long result = count;
    EXPECT(write(report, &result, sizeof result), sizeof result);
    _exit(0);
}

static unsigned processors(void)
{
    struct system_info info = {0};

    EXPECT(call_raw(CALL_system, (uint64_t)&info, 0, 0), 0);
    EXPECT_TRUE(info.processors >= 1 && info.processors <= PROCESSORS);
    return info.processors <= PROCESSORS ? (unsigned)info.processors : 1;
}

// Two processes count at the same time, the second with this niceness. All processors but one have something
// else to do.
static void counts_compare(int niceness, long counts[2])
{
    struct cue start = cue_open();
    struct cue reports[2] = {cue_open(), cue_open()};
    pid_t others[PROCESSORS];
    unsigned busy = processors() - 1;

    for (unsigned i = 0; i < busy; i++)
        others[i] = child_start(spin_for_ever);
    for (int i = 0; i < 2; i++) {
        if (MUST(fork()) == 0) {
            if (i == 1)
                nice(niceness);
            count_for(&start, reports[i].end[1], 300000000);
        }
    }
    cue_give(&start);
    cue_give(&start);
    for (int i = 0; i < 2; i++) {
        EXPECT(read(reports[i].end[0], &counts[i], sizeof counts[i]), sizeof counts[i]);
        MUST(wait(NULL));
        cue_close(&reports[i]);
    }
    for (unsigned i = 0; i < busy; i++) {
        MUST(kill(others[i], SIGKILL));
        EXPECT_SIGNAL(others[i], SIGKILL);
    }
    cue_close(&start);
}

static bool is_fair(void)
{
    long counts[2];

    counts_compare(0, counts);
    return counts[0] < counts[1] * 2 && counts[1] < counts[0] * 2;
}

static void fair(void)
{
    expect_once(is_fair);
}

static bool is_nice(void)
{
    long counts[2];

    counts_compare(19, counts);
    return counts[1] > 0 && counts[0] > counts[1] * 2;
}

static void niceness(void)
{
    expect_once(is_nice);
}

// Counts for a time of the clock, and reports for how long it had a processor.
static void run_for(const struct cue *start, int report, int64_t length)
{
    struct timespec used = {0};
    int64_t time;

    cue_await(start);
    for (int64_t end = now() + length; now() < end;)
        continue;
    EXPECT(call_raw(CALL_clock, CLOCK_OF_PROCESS, (uint64_t)&used, 0), 0);
    time = used.tv_sec * 1000000000LL + used.tv_nsec;
    EXPECT(write(report, &time, sizeof time), sizeof time);
    _exit(0);
}

// As many processes as processors, and one more, have all of these together, and no more.
static bool use_all_processors(void)
{
    enum { LENGTH = 200000000 };
    unsigned count = processors();
    struct cue start = cue_open(), report = cue_open();
    int64_t time, sum = 0;

    for (unsigned i = 0; i <= count; i++) {
        if (MUST(fork()) == 0)
            run_for(&start, report.end[1], LENGTH);
    }
    for (unsigned i = 0; i <= count; i++)
        cue_give(&start);
    for (unsigned i = 0; i <= count; i++) {
        EXPECT(read(report.end[0], &time, sizeof time), sizeof time);
        MUST(wait(NULL));
        sum += time;
    }
    cue_close(&start);
    cue_close(&report);
    return sum > (int64_t)LENGTH * count * 3 / 4 && sum < (int64_t)LENGTH * count * 5 / 4;
}

static void all_processors(void)
{
    expect_once(use_all_processors);
}

// Niceness plus 20, as the call returns it.
static void niceness_limits(void)
{
    EXPECT(call_raw(CALL_nice, 0, 0, 0), 20);
    EXPECT(call_raw(CALL_nice, 5, 0, 0), 25);
    EXPECT(call_raw(CALL_nice, 1000, 0, 0), 39);
    EXPECT(call_raw(CALL_nice, INT32_MAX, 0, 0), 39);
    pid_t pid = (pid_t)MUST(fork());
    if (pid == 0)
        _exit((int)call_raw(CALL_nice, 0, 0, 0));
    EXPECT_EXIT(pid, 39);
}

static void yielding(void)
{
    for (int i = 0; i < 1000; i++)
        MUST(sched_yield());
}

static void yield(void)
{
    pid_t pids[5];

    for (int i = 0; i < 5; i++)
        pids[i] = child_start(yielding);
    for (int i = 0; i < 5; i++)
        EXPECT_EXIT(pids[i], 0);
}

static void sleep_after_stop(void)
{
    struct timespec longer = {0, 300000000}, shorter = {0, 100000000};
    int64_t start;

    // What is left of it cannot be told: it fails when it was interrupted, and is not gone on with.
    EXPECT_ERROR(nanosleep(&shorter, (struct timespec *)8), EFAULT);
    start = now();
    MUST(nanosleep(&longer, NULL));
    EXPECT_TRUE(now() - start >= 300000000);
}

// One sleep's end is not the next one's.
static void sleep_own_end(void)
{
    int status;
    pid_t child = child_start(sleep_after_stop);

    milliseconds_sleep(30);
    MUST(kill(child, SIGSTOP));
    MUST(waitpid(child, &status, WUNTRACED));
    MUST(kill(child, SIGCONT));
    EXPECT_EXIT(child, 0);
}

const struct test tests_time[] = {
    {"time_goes_on", goes_on},
    {"time_goes_on_for_all", goes_on_for_all},
    {"time_clock_errors", clock_errors},
    {"sleep_never_early", never_early},
    {"sleep_errors", sleep_errors},
    {"sleep_longest", longest_sleep},
    {"sleep_own_end", sleep_own_end},
    {"sleep_in_order", in_order},
    {"share_preemption", spinning_is_preempted},
    {"share_fair", fair},
    {"share_niceness", niceness},
    {"share_all_processors", all_processors},
    {"share_niceness_limits", niceness_limits},
    {"share_yield", yield},
    {NULL, NULL},
};
