// SPDX-License-Identifier: MIT
// Processes that are stopped and continued.
#include "test.h"

#include <sys/wait.h>
#include <unistd.h>

// The child's status as wait() has it when the child has stopped.
static int stop_wait(pid_t pid)
{
    int status = -1;

    EXPECT(waitpid(pid, &status, WUNTRACED), pid);
    return status;
}

static void stop_self(void)
{
    MUST(kill(getpid(), SIGSTOP));
    _exit(6);
}

static void stopped_and_continued(void)
{
    pid_t pid = child_start(stop_self);
    int status = stop_wait(pid);

    EXPECT_TRUE(WIFSTOPPED(status));
    EXPECT(WSTOPSIG(status), SIGSTOP);
    EXPECT(waitpid(pid, &status, WNOHANG | WUNTRACED), 0);
    EXPECT(waitpid(pid, &status, WNOHANG), 0);
    MUST(kill(pid, SIGCONT));
    EXPECT_EXIT(pid, 6);
}

static void stopped_and_killed(void)
{
    pid_t pid = child_start(stop_self);

    EXPECT_TRUE(WIFSTOPPED(stop_wait(pid)));
    MUST(kill(pid, SIGKILL));
    EXPECT_SIGNAL(pid, SIGKILL);
}

static int chosen;

static void stop_self_by_choice(void)
{
    MUST(kill(getpid(), chosen));
}

static void stopping_signals(void)
{
    static const int stopping[] = {SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU};

    /* A group whose members' parents are all in it would not be stopped by a terminal elsewhere. */
    for (size_t i = 0; i < sizeof stopping / sizeof *stopping; i++) {
        chosen = stopping[i];
        pid_t pid = child_start(stop_self_by_choice);
        EXPECT(WSTOPSIG(stop_wait(pid)), chosen);
        MUST(kill(pid, SIGCONT));
        EXPECT_EXIT(pid, 0);
    }
}

static void stop_handled(void)
{
    handler_set(SIGTSTP, signal_note, 0);
    MUST(kill(getpid(), SIGTSTP));
    EXPECT(signal_count, 1);
    handler_set(SIGTSTP, SIG_IGN, 0);
    MUST(kill(getpid(), SIGTSTP));
}

static void handlers_then_stop(void)
{
    handler_set(SIGCONT, signal_note, 0);
    handler_set(SIGUSR1, signal_note, 0);
    MUST(kill(getpid(), SIGSTOP));
    _exit(signal_count);
}

// What is sent while it is stopped comes when it goes on.
static void sent_while_stopped(void)
{
    pid_t pid = child_start(handlers_then_stop);

    EXPECT_TRUE(WIFSTOPPED(stop_wait(pid)));
    MUST(kill(pid, SIGUSR1));
    MUST(kill(pid, SIGCONT));
    EXPECT_EXIT(pid, 2);
}

static struct cue start;

static void read_then_exit(void)
{
    cue_await(&start);
    _exit(8);
}

// One that sleeps in a system call is stopped there and goes on with it.
static void stopped_in_a_call(void)
{
    start = cue_open();
    pid_t pid = child_start(read_then_exit);
    MUST(kill(pid, SIGSTOP));
    EXPECT_TRUE(WIFSTOPPED(stop_wait(pid)));
    cue_give(&start);
    EXPECT(waitpid(pid, NULL, WNOHANG), 0);
    MUST(kill(pid, SIGCONT));
    EXPECT_EXIT(pid, 8);
}

static void parent_is_told(void)
{
    sigset_t nothing;

    handler_set(SIGCHLD, signal_note, 0);
    signal_block(SIGCHLD);
    pid_t pid = child_start(stop_self);
    sigemptyset(&nothing);
    EXPECT_ERROR(sigsuspend(&nothing), EINTR);
    EXPECT_TRUE(WIFSTOPPED(stop_wait(pid)));
    MUST(kill(pid, SIGKILL));
    EXPECT_SIGNAL(pid, SIGKILL);
}

const struct test tests_stop[] = {
    {"stop_and_continue", stopped_and_continued},
    {"stop_and_kill", stopped_and_killed},
    {"stop_signals", stopping_signals},
    {"stop_handled", stop_handled},
    {"stop_signals_sent_then", sent_while_stopped},
    {"stop_in_a_call", stopped_in_a_call},
    {"stop_parent_is_told", parent_is_told},
    {NULL, NULL},
};
