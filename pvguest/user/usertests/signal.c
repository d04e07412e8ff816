// SPDX-License-Identifier: MIT
// Signals: handlers and masks.
#include "test.h"

#include <unistd.h>

static void handled(void)
{
    handler_set(SIGUSR1, signal_note, 0);
    for (int i = 1; i <= 3; i++) {
        MUST(kill(getpid(), SIGUSR1));
        EXPECT(signal_count, i);
        EXPECT(signal_last, SIGUSR1);
    }
    MUST(raise(SIGUSR1));
    EXPECT(signal_count, 4);
}

static void held_back(void)
{
    sigset_t pending;

    handler_set(SIGUSR1, signal_note, 0);
    handler_set(SIGUSR2, signal_note, 0);
    signal_block(SIGUSR1);
    MUST(kill(getpid(), SIGUSR1));
    MUST(kill(getpid(), SIGUSR1));
    EXPECT(signal_count, 0);
    MUST(kill(getpid(), SIGUSR2));
    EXPECT(signal_count, 1);
    EXPECT(signal_last, SIGUSR2);
    MUST(sigprocmask(SIG_BLOCK, NULL, &pending));
    EXPECT_TRUE(sigismember(&pending, SIGUSR1));
    EXPECT_TRUE(!sigismember(&pending, SIGUSR2));
    signal_unblock(SIGUSR1);
    EXPECT(signal_count, 2);
    EXPECT(signal_last, SIGUSR1);
}

static void mask_set(void)
{
    sigset_t set = signal_set(SIGUSR1);
    sigset_t old;

    handler_set(SIGUSR1, signal_note, 0);
    MUST(sigprocmask(SIG_SETMASK, &set, NULL));
    MUST(kill(getpid(), SIGUSR1));
    sigemptyset(&set);
    MUST(sigprocmask(SIG_SETMASK, &set, &old));
    EXPECT_TRUE(sigismember(&old, SIGUSR1));
    EXPECT(signal_count, 1);
    sigfillset(&set);
    MUST(sigprocmask(SIG_SETMASK, &set, NULL));
    MUST(sigprocmask(SIG_BLOCK, NULL, &old));
    EXPECT_TRUE(!sigismember(&old, SIGKILL));
    EXPECT_TRUE(!sigismember(&old, SIGSTOP));
}

static int depth, depth_most;

// Sends the signal that it handles to itself, while there are sends left.
static void handler_again(int number)
{
    depth++;
    depth_most = depth > depth_most ? depth : depth_most;
    if (++signal_count < 4)
        MUST(kill(getpid(), number));
    depth--;
}

static void not_nested(void)
{
    handler_set(SIGUSR1, handler_again, 0);
    MUST(kill(getpid(), SIGUSR1));
    EXPECT(signal_count, 4);
    EXPECT(depth_most, 1);
}

static void nested_itself(void)
{
    handler_set(SIGUSR1, handler_again, SA_NODEFER);
    MUST(kill(getpid(), SIGUSR1));
    EXPECT(signal_count, 4);
    EXPECT(depth_most, 4);
}

// The next signal is sent from within the handler of the one before.
static void handler_next(int number)
{
    depth++;
    depth_most = depth > depth_most ? depth : depth_most;
    signal_count++;
    if (number == SIGUSR1)
        MUST(kill(getpid(), SIGUSR2));
    else if (number == SIGUSR2)
        MUST(kill(getpid(), SIGHUP));
    depth--;
}

static void nested(void)
{
    handler_set(SIGUSR1, handler_next, 0);
    handler_set(SIGUSR2, handler_next, 0);
    handler_set(SIGHUP, handler_next, 0);
    MUST(kill(getpid(), SIGUSR1));
    EXPECT(signal_count, 3);
    EXPECT(depth_most, 3);
}

static void mask_of_handler(void)
{
    struct sigaction action = {.sa_handler = handler_next};

    action.sa_mask = signal_set(SIGUSR2);
    MUST(sigaction(SIGUSR1, &action, NULL));
    handler_set(SIGUSR2, handler_next, 0);
    handler_set(SIGHUP, handler_next, 0);
    MUST(kill(getpid(), SIGUSR1));
    EXPECT(signal_count, 3);
    EXPECT(depth_most, 2);
}

static void once(void)
{
    struct sigaction action;

    handler_set(SIGUSR1, signal_note, SA_RESETHAND);
    MUST(kill(getpid(), SIGUSR1));
    EXPECT(signal_count, 1);
    MUST(sigaction(SIGUSR1, NULL, &action));
    EXPECT_TRUE(action.sa_handler == SIG_DFL);
}

static void old_action(void)
{
    struct sigaction action = {.sa_handler = signal_note, .sa_flags = SA_RESTART};
    struct sigaction old;

    action.sa_mask = signal_set(SIGUSR2);
    MUST(sigaction(SIGUSR1, &action, &old));
    EXPECT_TRUE(old.sa_handler == SIG_DFL);
    MUST(sigaction(SIGUSR1, NULL, &old));
    EXPECT_TRUE(old.sa_handler == signal_note);
    EXPECT(old.sa_flags & SA_RESTART, SA_RESTART);
    EXPECT_TRUE(sigismember(&old.sa_mask, SIGUSR2));
    EXPECT_TRUE(signal(SIGUSR1, SIG_IGN) == signal_note);
    EXPECT_TRUE(signal(SIGUSR1, SIG_DFL) == SIG_IGN);
}

static void errors(void)
{
    static const int wrong[] = {0, -1, 65, 1000, SIGKILL, SIGSTOP};
    struct sigaction action = {.sa_handler = signal_note};
    sigset_t set = signal_set(SIGUSR1);

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        EXPECT_ERROR(sigaction(wrong[i], &action, NULL), EINVAL);
    EXPECT_ERROR(sigprocmask(77, &set, NULL), EINVAL);
    EXPECT_ERROR(sigprocmask(SIG_BLOCK, (const sigset_t *)ADDRESS_PHYSMAP, NULL), EFAULT);
    EXPECT_ERROR(sigprocmask(SIG_BLOCK, NULL, (sigset_t *)ADDRESS_PHYSMAP), EFAULT);
    EXPECT_ERROR(sigsuspend((const sigset_t *)ADDRESS_PHYSMAP), EFAULT);
}

const struct test tests_signal[] = {
    {"signal_handled", handled},
    {"signal_held_back", held_back},
    {"signal_mask", mask_set},
    {"signal_not_nested", not_nested},
    {"signal_nested_itself", nested_itself},
    {"signal_nested", nested},
    {"signal_mask_of_handler", mask_of_handler},
    {"signal_once", once},
    {"signal_old_action", old_action},
    {"signal_errors", errors},
    {NULL, NULL},
};
