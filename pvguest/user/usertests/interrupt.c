// SPDX-License-Identifier: MIT
// System calls that a signal interrupts: EINTR, or started again.
//
// A child sends signals every millisecond, so that one comes while the parent sleeps in its call, whenever
// that is.
#include "test.h"

#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static pid_t disturber_start(int number, int count)
{
    pid_t parent = getpid();
    pid_t pid = (pid_t)MUST(fork());

    if (pid != 0)
        return pid;
    for (int i = 0; i < count || count == 0; i++) {
        milliseconds_sleep(1);
        kill(parent, number);
    }
    _exit(0);
}

static void disturber_end(pid_t pid)
{
    MUST(kill(pid, SIGKILL));
    child_wait(pid);
}

static void read_interrupted(void)
{
    struct cue cue = cue_open();
    char byte;

    handler_set(SIGUSR1, signal_note, 0);
    pid_t pid = disturber_start(SIGUSR1, 0);
    EXPECT_ERROR(read(cue.end[0], &byte, 1), EINTR);
    EXPECT_TRUE(signal_count > 0);
    disturber_end(pid);
}

static void read_restarted(void)
{
    struct cue cue = cue_open();
    char byte = 0;

    handler_set(SIGUSR1, signal_note, SA_RESTART);
    pid_t parent = getpid();
    pid_t pid = (pid_t)MUST(fork());
    if (pid == 0) {
        for (int i = 0; i < 10; i++) {
            milliseconds_sleep(1);
            kill(parent, SIGUSR1);
        }
        EXPECT(write(cue.end[1], "r", 1), 1);
        _exit(0);
    }
    EXPECT(read(cue.end[0], &byte, 1), 1);
    EXPECT(byte, 'r');
    EXPECT_TRUE(signal_count > 0);
    EXPECT_EXIT(pid, 0);
}

// An ignored signal does not even wake.
static void read_not_interrupted(void)
{
    struct cue cue = cue_open();

    handler_set(SIGUSR1, SIG_IGN, 0);
    pid_t pid = disturber_start(SIGUSR1, 10);
    pid_t writer = (pid_t)MUST(fork());
    if (writer == 0) {
        milliseconds_sleep(20);
        cue_give(&cue);
        _exit(0);
    }
    char byte;
    EXPECT(read(cue.end[0], &byte, 1), 1);
    EXPECT_EXIT(pid, 0);
    EXPECT_EXIT(writer, 0);
}

static void write_interrupted(void)
{
    static char bytes[3 * PAGE];
    struct cue cue = cue_open();
    ssize_t count;

    handler_set(SIGUSR1, signal_note, 0);
    pid_t pid = disturber_start(SIGUSR1, 0);
    for (int i = 0; (count = write(cue.end[1], bytes, sizeof bytes)) > 0; i++)
        EXPECT_TRUE(i < 100);
    EXPECT_ERROR(count, EINTR);
    disturber_end(pid);
}

static void wait_interrupted(void)
{
    handler_set(SIGUSR1, signal_note, 0);
    pid_t pid = disturber_start(SIGUSR1, 0);
    EXPECT_ERROR(wait(NULL), EINTR);
    disturber_end(pid);
}

static void wait_restarted(void)
{
    handler_set(SIGUSR1, signal_note, SA_RESTART);
    pid_t pid = disturber_start(SIGUSR1, 10);
    EXPECT(wait(NULL), pid);
    EXPECT_TRUE(signal_count > 0);
}

// Sleeping is never started again, whatever the flags: what is left is told.
static void sleep_interrupted(void)
{
    struct timespec time = {.tv_sec = 50};
    struct timespec left = {.tv_sec = 99};

    handler_set(SIGUSR1, signal_note, SA_RESTART);
    pid_t pid = disturber_start(SIGUSR1, 0);
    EXPECT_ERROR(nanosleep(&time, &left), EINTR);
    EXPECT_TRUE(left.tv_sec < 50 && left.tv_sec >= 40);
    EXPECT_TRUE(left.tv_nsec >= 0 && left.tv_nsec < 1000000000);
    disturber_end(pid);
}

static void suspended(void)
{
    sigset_t mask = signal_set(SIGUSR2);
    sigset_t after;

    handler_set(SIGUSR1, signal_note, SA_RESTART);
    handler_set(SIGUSR2, signal_note, 0);
    signal_block(SIGUSR1);
    MUST(kill(getpid(), SIGUSR2));
    EXPECT(signal_count, 1);
    pid_t pid = disturber_start(SIGUSR1, 1);
    MUST(kill(getpid(), SIGUSR1));
    EXPECT_ERROR(sigsuspend(&mask), EINTR);
    EXPECT(signal_last, SIGUSR1);
    MUST(sigprocmask(SIG_BLOCK, NULL, &after));
    EXPECT_TRUE(sigismember(&after, SIGUSR1));
    EXPECT_TRUE(!sigismember(&after, SIGUSR2));
    EXPECT_EXIT(pid, 0);
}

static void paused(void)
{
    handler_set(SIGUSR1, signal_note, 0);
    pid_t pid = disturber_start(SIGUSR1, 0);
    EXPECT_ERROR(pause(), EINTR);
    EXPECT_TRUE(signal_count > 0);
    disturber_end(pid);
}

static void alarm_clock(void)
{
    sigset_t nothing;

    handler_set(SIGALRM, signal_note, 0);
    signal_block(SIGALRM);
    EXPECT(alarm(100), 0);
    EXPECT_TRUE(alarm(1) >= 90);
    sigemptyset(&nothing);
    EXPECT_ERROR(sigsuspend(&nothing), EINTR);
    EXPECT(signal_count, 1);
    EXPECT(signal_last, SIGALRM);
    EXPECT(alarm(0), 0);
    EXPECT(alarm(50), 0);
    EXPECT_TRUE(alarm(0) >= 40);
    EXPECT(alarm(0), 0);
}

static void alarm_of_parent(void)
{
    pid_t pid;

    alarm(50);
    pid = (pid_t)MUST(fork());
    if (pid == 0)
        _exit((int)alarm(0));
    EXPECT_EXIT(pid, 0);
    EXPECT_TRUE(alarm(0) > 0);
}

// Signals come at any instruction; every one of them finds the handler, and the work goes on as if there were
// none.
static void work_disturbed(void)
{
    uint64_t sum = 0, expected = 0;

    for (uint64_t i = 0; i < 3000000; i++)
        expected = expected * 31 + i;
    handler_set(SIGUSR1, signal_note, 0);
    pid_t pid = disturber_start(SIGUSR1, 0);
    while (signal_count < 5) {
        sum = 0;
        for (uint64_t i = 0; i < 3000000; i++)
            sum = sum * 31 + i;
    }
    EXPECT_TRUE(sum == expected);
    disturber_end(pid);
}

const struct test tests_interrupt[] = {
    {"interrupt_read", read_interrupted},
    {"interrupt_read_restarted", read_restarted},
    {"interrupt_read_not", read_not_interrupted},
    {"interrupt_write", write_interrupted},
    {"interrupt_wait", wait_interrupted},
    {"interrupt_wait_restarted", wait_restarted},
    {"interrupt_sleep", sleep_interrupted},
    {"interrupt_suspended", suspended},
    {"interrupt_pause", paused},
    {"interrupt_work", work_disturbed},
    {"alarm_clock", alarm_clock},
    {"alarm_of_parent", alarm_of_parent},
    {NULL, NULL},
};
