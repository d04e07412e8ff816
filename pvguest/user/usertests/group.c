// SPDX-License-Identifier: MIT
// Process groups, and signals to one process, to a group and to nobody.
#include "test.h"

#include <sys/wait.h>
#include <unistd.h>

static void pause_for_ever(void)
{
    for (;;)
        pause();
}

static void members(void)
{
    pid_t self = getpid();
    pid_t pid;

    EXPECT(getpgrp(), self);
    EXPECT(getpgid(0), self);
    EXPECT(getpgid(self), self);
    pid = child_start(pause_for_ever);
    EXPECT(getpgid(pid), self);
    MUST(setpgid(pid, pid));
    EXPECT(getpgid(pid), pid);
    MUST(setpgid(pid, self));
    EXPECT(getpgid(pid), self);
    MUST(kill(pid, SIGKILL));
    EXPECT_SIGNAL(pid, SIGKILL);
}

static void errors(void)
{
    EXPECT_ERROR(setpgid(0, -1), EINVAL);
    EXPECT_ERROR(setpgid(30000, 0), ESRCH);
    EXPECT_ERROR(getpgid(30000), ESRCH);
    EXPECT_ERROR(getpgid(-1), ESRCH);
    EXPECT_ERROR(kill(30000, SIGTERM), ESRCH);
    EXPECT_ERROR(kill(-30000, SIGTERM), ESRCH);
    EXPECT_ERROR(kill(getpid(), 65), EINVAL);
    EXPECT_ERROR(kill(getpid(), -1), EINVAL);
    EXPECT_ERROR(kill(30000, 0), ESRCH);
    MUST(kill(getpid(), 0));
    MUST(kill(0, 0));
}

static void signal_to_group(void)
{
    pid_t pids[4];

    for (int i = 0; i < 4; i++) {
        pids[i] = child_start(pause_for_ever);
        MUST(setpgid(pids[i], pids[0]));
    }
    MUST(setpgid(pids[3], 0 + getpgrp()));
    MUST(kill(-pids[0], SIGTERM));
    for (int i = 0; i < 3; i++)
        EXPECT_SIGNAL(pids[i], SIGTERM);
    EXPECT(waitpid(pids[3], NULL, WNOHANG), 0);
    MUST(kill(pids[3], SIGKILL));
    EXPECT_SIGNAL(pids[3], SIGKILL);
    EXPECT_ERROR(kill(-pids[0], SIGTERM), ESRCH);
}

static void signal_to_own_group(void)
{
    pid_t child;

    handler_set(SIGUSR1, signal_note, 0);
    child = (pid_t)MUST(fork());
    if (child == 0) {
        MUST(setpgid(0, 0));
        handler_set(SIGUSR1, SIG_DFL, 0);
        pid_t grandchild = child_start(pause_for_ever);
        handler_set(SIGUSR1, signal_note, 0);
        MUST(kill(0, SIGUSR1));
        EXPECT(signal_count, 1);
        EXPECT_SIGNAL(grandchild, SIGUSR1);
        _exit(0);
    }
    EXPECT_EXIT(child, 0);
    EXPECT(signal_count, 0);
}

const struct test tests_group[] = {
    {"group_members", members},
    {"group_errors", errors},
    {"group_signal", signal_to_group},
    {"group_signal_to_own", signal_to_own_group},
    {NULL, NULL},
};
