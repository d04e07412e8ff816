// SPDX-License-Identifier: MIT
// Processes: their beginning and end, and what their parents learn of it.
#include "test.h"

#include <sys/wait.h>
#include <unistd.h>

static void fork_and_exit(void)
{
    pid_t self = getpid();
    pid_t pid = (pid_t)MUST(fork());

    if (pid == 0)
        _exit(getpid() != self && getppid() == self ? 3 : 4);
    EXPECT_TRUE(pid > 0 && pid != self);
    EXPECT_EXIT(pid, 3);
}

static void exit_statuses(void)
{
    static const int statuses[] = {0, 1, 2, 42, 127, 128, 254, 255, 256, 263, -1};

    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        pid_t pid = (pid_t)MUST(fork());

        if (pid == 0)
            _exit(statuses[i]);
        EXPECT_EXIT(pid, statuses[i] & 0xff);
    }
}

static void nothing(void)
{
}

static void wait_for_one_of_many(void)
{
    pid_t pids[8];

    for (int i = 0; i < 8; i++) {
        pids[i] = (pid_t)MUST(fork());
        if (pids[i] == 0)
            _exit(i);
    }
    for (int i = 7; i >= 0; i--)
        EXPECT_EXIT(pids[i], i);
    EXPECT_ERROR(waitpid(pids[0], NULL, 0), ECHILD);
}

static void wait_for_any(void)
{
    unsigned seen = 0;

    for (int i = 0; i < 8; i++) {
        if (MUST(fork()) == 0)
            _exit(i);
    }
    for (int i = 0; i < 8; i++) {
        int status = -1;

        MUST(wait(&status));
        EXPECT_TRUE(WIFEXITED(status));
        seen |= 1U << WEXITSTATUS(status);
    }
    EXPECT(seen, 0xff);
}

static void wait_without_children(void)
{
    int status;

    EXPECT_ERROR(wait(&status), ECHILD);
    EXPECT_ERROR(waitpid(-1, &status, WNOHANG), ECHILD);
    EXPECT_ERROR(waitpid(getpid(), &status, 0), ECHILD);
    EXPECT_ERROR(waitpid(1, &status, 0), ECHILD);
    EXPECT_ERROR(waitpid(30000, &status, 0), ECHILD);
    EXPECT_ERROR(waitpid(0, &status, 0), ECHILD);
}

static void wait_for_group(void)
{
    pid_t pid = child_start(nothing);
    int status = -1;

    EXPECT(waitpid(-getpgrp(), &status, 0), pid);
    EXPECT(status, 0);
    pid = child_start(nothing);
    EXPECT(waitpid(0, &status, 0), pid);
    EXPECT_ERROR(waitpid(-getpgrp(), &status, 0), ECHILD);
}

static void wait_for_a_grandchild(void)
{
    struct cue child = cue_open();
    struct cue parent = cue_open();
    pid_t pid = (pid_t)MUST(fork());

    if (pid == 0) {
        pid_t grandchild = (pid_t)MUST(fork());

        if (grandchild == 0) {
            cue_await(&child);
            _exit(0);
        }
        EXPECT(write(parent.end[1], &grandchild, sizeof grandchild), sizeof grandchild);
        EXPECT_EXIT(grandchild, 0);
        _exit(0);
    }
    pid_t grandchild;

    EXPECT(read(parent.end[0], &grandchild, sizeof grandchild), sizeof grandchild);
    EXPECT_ERROR(waitpid(grandchild, NULL, 0), ECHILD);
    cue_give(&child);
    EXPECT_EXIT(pid, 0);
}

static void wait_not_hanging(void)
{
    struct cue cue = cue_open();
    pid_t pid = (pid_t)MUST(fork());
    int status = 1234;
    pid_t found;

    if (pid == 0) {
        cue_await(&cue);
        _exit(5);
    }
    EXPECT(waitpid(pid, &status, WNOHANG), 0);
    EXPECT(waitpid(-1, &status, WNOHANG), 0);
    EXPECT(status, 1234);
    cue_give(&cue);
    while ((found = (pid_t)MUST(waitpid(pid, &status, WNOHANG))) == 0)
        milliseconds_sleep(1);
    EXPECT(found, pid);
    EXPECT(WEXITSTATUS(status), 5);
}

static void wait_arguments(void)
{
    pid_t pid = child_start(nothing);

    EXPECT_ERROR(waitpid(pid, NULL, 1 << 20), EINVAL);
    EXPECT(waitpid(pid, NULL, 0), pid);
    child_start(nothing);
    EXPECT_ERROR(wait((int *)ADDRESS_PHYSMAP), EFAULT);
}

static void zombie(void)
{
    struct cue cue = cue_open();
    pid_t pid = (pid_t)MUST(fork());
    char byte;

    if (pid == 0)
        _exit(9);
    close(cue.end[1]);
    /* The child's end of the pipe goes with the child. */
    EXPECT(read(cue.end[0], &byte, 1), 0);
    MUST(kill(pid, 0));
    MUST(kill(pid, SIGKILL));
    EXPECT_EXIT(pid, 9);
    EXPECT_ERROR(kill(pid, 0), ESRCH);
}

static void orphan(void)
{
    struct cue gone = cue_open();
    struct cue result = cue_open();
    pid_t pid = (pid_t)MUST(fork());
    pid_t parent;

    if (pid == 0) {
        if (MUST(fork()) == 0) {
            cue_await(&gone);
            parent = getppid();
            EXPECT(write(result.end[1], &parent, sizeof parent), sizeof parent);
            _exit(0);
        }
        _exit(0);
    }
    EXPECT_EXIT(pid, 0);
    cue_give(&gone);
    EXPECT(read(result.end[0], &parent, sizeof parent), sizeof parent);
    EXPECT(parent, 1);
    EXPECT_ERROR(wait(NULL), ECHILD);
}

static void many_in_turn(void)
{
    for (int i = 0; i < 200; i++)
        EXPECT_CHILD(nothing);
}

// Each is the child of the one before, and its status is one more than that of its own child.
static void chain(void)
{
    enum { LINKS = 20 };
    int left = LINKS;
    pid_t pid;

    while ((pid = (pid_t)MUST(fork())) == 0 && left > 0)
        left--;
    int status = pid == 0 ? 0 : WEXITSTATUS(child_wait(pid)) + 1;
    if (left < LINKS)
        _exit(status);
    EXPECT(status, LINKS + 1);
}

const struct test tests_process[] = {
    {"fork_and_exit", fork_and_exit},
    {"exit_statuses", exit_statuses},
    {"wait_for_one_of_many", wait_for_one_of_many},
    {"wait_for_any", wait_for_any},
    {"wait_without_children", wait_without_children},
    {"wait_for_group", wait_for_group},
    {"wait_for_a_grandchild", wait_for_a_grandchild},
    {"wait_not_hanging", wait_not_hanging},
    {"wait_arguments", wait_arguments},
    {"zombie", zombie},
    {"orphan", orphan},
    {"processes_in_turn", many_in_turn},
    {"processes_in_a_chain", chain},
    {NULL, NULL},
};
