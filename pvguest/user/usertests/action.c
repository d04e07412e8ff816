// SPDX-License-Identifier: MIT
// What signals do without a handler and with one that does not return; and signals that come of what a
// process does.
#include "test.h"

#include <unistd.h>

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

const struct test tests_action[] = {
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
