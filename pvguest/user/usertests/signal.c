// SPDX-License-Identifier: MIT
// Signals: handlers, masks, default actions.
#include "test.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
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

static int sent;

static void send_to_self(void)
{
    kill(getpid(), sent);
}

static void default_actions(void)
{
    static const int ending[] = {SIGHUP, SIGINT,  SIGQUIT, SIGILL,  SIGTRAP, SIGABRT, SIGFPE,  SIGKILL,
                                 SIGBUS, SIGSEGV, SIGSYS,  SIGPIPE, SIGALRM, SIGTERM, SIGUSR1, SIGUSR2};
    static const int ignored[] = {SIGCHLD, SIGURG, SIGWINCH, SIGCONT};

    for (size_t i = 0; i < sizeof ending / sizeof *ending; i++) {
        sent = ending[i];
        EXPECT(child_wait(child_start(send_to_self)) & 0x7f, sent);
    }
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++) {
        sent = ignored[i];
        EXPECT_CHILD(send_to_self);
    }
}

static void ignored(void)
{
    handler_set(SIGTERM, SIG_IGN, 0);
    MUST(kill(getpid(), SIGTERM));
    /* What was ignored when it came is gone. */
    signal_block(SIGTERM);
    MUST(kill(getpid(), SIGTERM));
    handler_set(SIGTERM, SIG_IGN, 0);
    handler_set(SIGTERM, signal_note, 0);
    signal_unblock(SIGTERM);
    EXPECT(signal_count, 0);
}

static void inherited(void)
{
    pid_t pid;

    handler_set(SIGUSR1, signal_note, 0);
    handler_set(SIGUSR2, SIG_IGN, 0);
    signal_block(SIGUSR1);
    MUST(kill(getpid(), SIGUSR1));
    pid = (pid_t)MUST(fork());
    if (pid == 0) {
        signal_unblock(SIGUSR1);
        EXPECT(signal_count, 0);
        MUST(kill(getpid(), SIGUSR1));
        EXPECT(signal_count, 1);
        MUST(kill(getpid(), SIGUSR2));
        _exit(0);
    }
    EXPECT_EXIT(pid, 0);
    signal_unblock(SIGUSR1);
    EXPECT(signal_count, 1);
}

static jmp_buf place;

static void handler_jumps(int number)
{
    signal_note(number);
    longjmp(place, 1);
}

static void left_by_a_jump(void)
{
    handler_set(SIGUSR1, handler_jumps, SA_NODEFER);
    for (volatile int i = 0; i < 100; i++) {
        if (setjmp(place) == 0) {
            kill(getpid(), SIGUSR1);
            EXPECT_TRUE(!"reached");
        }
    }
    EXPECT(signal_count, 100);
}

static void end_of_a_child(void)
{
    struct cue cue = cue_open();
    sigset_t nothing;
    pid_t pid;

    handler_set(SIGCHLD, signal_note, 0);
    signal_block(SIGCHLD);
    pid = (pid_t)MUST(fork());
    if (pid == 0) {
        cue_await(&cue);
        _exit(1);
    }
    EXPECT(signal_count, 0);
    cue_give(&cue);
    sigemptyset(&nothing);
    EXPECT_ERROR(sigsuspend(&nothing), EINTR);
    EXPECT(signal_last, SIGCHLD);
    EXPECT_EXIT(pid, 1);
}

static void broken_pipe(void)
{
    int end[2];

    MUST(pipe(end));
    MUST(close(end[0]));
    handler_set(SIGPIPE, signal_note, 0);
    EXPECT_ERROR(write(end[1], "x", 1), EPIPE);
    EXPECT(signal_count, 1);
    handler_set(SIGPIPE, SIG_IGN, 0);
    EXPECT_ERROR(write(end[1], "x", 1), EPIPE);
    pid_t pid = (pid_t)MUST(fork());
    if (pid == 0) {
        handler_set(SIGPIPE, SIG_DFL, 0);
        (void)!write(end[1], "x", 1);
        _exit(0);
    }
    EXPECT_SIGNAL(pid, SIGPIPE);
}

// A stack on which the kernel cannot put the handler's frame.
static void stack_gone(void)
{
    handler_set(SIGSEGV, signal_note, 0);
    __asm__ volatile("movq %0, %%rsp\n\tmovb $1, 0" : : "r"(sent == 0 ? 0x2000 : ADDRESS_PHYSMAP) : "memory");
}

static void without_a_stack(void)
{
    sent = 0;
    EXPECT_CHILD_SIGNAL(stack_gone, SIGSEGV);
    sent = 1;
    EXPECT_CHILD_SIGNAL(stack_gone, SIGSEGV);
}

static volatile uintptr_t nowhere = 8;

static void fault(void)
{
    *(volatile char *)nowhere = 1;
}

// A fault cannot be held back or ignored: the process ends.
static void fault_held_back(void)
{
    signal_block(SIGSEGV);
    fault();
}

static void fault_ignored(void)
{
    handler_set(SIGSEGV, SIG_IGN, 0);
    fault();
}

static void handler_faults(int number)
{
    (void)number;
    fault();
}

static void fault_in_handler(void)
{
    handler_set(SIGSEGV, handler_faults, 0);
    fault();
}

static void faults_for_good(void)
{
    EXPECT_CHILD_SIGNAL(fault_held_back, SIGSEGV);
    EXPECT_CHILD_SIGNAL(fault_ignored, SIGSEGV);
    EXPECT_CHILD_SIGNAL(fault_in_handler, SIGSEGV);
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
    {"signal_default_actions", default_actions},
    {"signal_ignored", ignored},
    {"signal_inherited", inherited},
    {"signal_left_by_a_jump", left_by_a_jump},
    {"signal_end_of_a_child", end_of_a_child},
    {"signal_broken_pipe", broken_pipe},
    {"signal_without_a_stack", without_a_stack},
    {"signal_faults_for_good", faults_for_good},
    {NULL, NULL},
};
