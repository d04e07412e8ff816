// SPDX-License-Identifier: MIT
// The system calls on signals.
#include <errno.h>
#include <signal.h>

#include "kernel/process.h"
#include "kernel/scheduler.h"
#include "kernel/signal_frame.h"
#include "kernel/syscall.h"
#include "kernel/user.h"

// The bits of a set that mean a signal, and of those the ones that can be held back or handled.
#define SIGNALS_ALL      (UINT64_C(0xffffffff) & ~UINT64_C(1))
#define SIGNALS_YIELDING (SIGNALS_ALL & ~(UINT64_C(1) << SIGKILL | UINT64_C(1) << SIGSTOP))

static bool signal_is_valid(uint64_t signal)
{
    return signal >= 1 && signal < SIGNAL_LIMIT;
}

// Holds back another set. What was held back until now is acted upon before user mode goes on.
static void blocked_set(struct process *process, uint64_t mask)
{
    process->signals.blocked = mask & SIGNALS_YIELDING;
    if (signal_pending())
        process->attention = true;
}

// Whether kill() with this pid means a process.
static bool kill_means(const struct process *process, int pid)
{
    if (process->state == PROCESS_UNUSED)
        return false;
    if (pid > 0)
        return process->pid == pid;
    if (pid == 0)
        return process->pgid == process_running->pgid;
    if (pid == -1)
        return process->pid != PROCESS_INIT;
    return process->pgid == -(int64_t)pid;
}

int64_t sys_kill(uint64_t pid, uint64_t signal)
{
    bool any = false;

    if (signal != 0 && !signal_is_valid(signal))
        return -EINVAL;
    for (struct process *process = process_table; process < process_table + PROCESS_LIMIT; process++) {
        if (!kill_means(process, (int)pid))
            continue;
        any = true;
        if (signal != 0)
            signal_send(process, (int)signal);
    }
    return any ? 0 : -ESRCH;
}

// A handler has to be in user memory: the processor checks only that the address has the form of one.
static bool action_is_valid(int signal, const struct signal_action *action)
{
    return SIGNALS_YIELDING & signal_bit(signal) && action->handler < USER_END;
}

static void action_set(struct process *process, int signal, const struct signal_action *action)
{
    process->signals.actions[signal] = *action;
    process->signals.actions[signal].mask &= SIGNALS_YIELDING;
    if (signal_ignored(process, signal))
        process->signals.pending &= ~signal_bit(signal);
}

int64_t sys_sigaction(uint64_t number, uint64_t act, uint64_t old)
{
    struct process *process = process_running;
    struct signal_action action;
    int signal = (int)number;

    if (!signal_is_valid(number))
        return -EINVAL;
    if (act != 0 && !user_read(&action, act, sizeof action))
        return -EFAULT;
    if (act != 0 && !action_is_valid(signal, &action))
        return -EINVAL;
    if (old != 0 && !user_write(old, &process->signals.actions[signal], sizeof action))
        return -EFAULT;
    if (act != 0)
        action_set(process, signal, &action);
    return 0;
}

int64_t sys_sigreturn(void)
{
    struct process *process = process_running;
    uint64_t mask;

    if (!signal_frame_pop(process->frame, &mask)) {
        signal_force(SIGSEGV);
        return -EFAULT;
    }
    blocked_set(process, mask);
    return (int64_t)process->frame->rax;
}

int64_t sys_sigprocmask(uint64_t how, uint64_t set, uint64_t old)
{
    struct process *process = process_running;
    uint64_t before = process->signals.blocked;
    uint64_t mask = 0;

    if (set != 0 && !user_read(&mask, set, sizeof mask))
        return -EFAULT;
    if (old != 0 && !user_write(old, &before, sizeof before))
        return -EFAULT;
    if (set == 0)
        return 0;
    switch (how) {
    case SIG_SETMASK:
        blocked_set(process, mask);
        return 0;
    case SIG_BLOCK:
        blocked_set(process, before | mask);
        return 0;
    case SIG_UNBLOCK:
        blocked_set(process, before & ~mask);
        return 0;
    default:
        return -EINVAL;
    }
}

// The set comes back when a handler has been entered, with its return.
int64_t sys_sigsuspend(uint64_t set)
{
    struct process *process = process_running;
    uint64_t mask;

    if (!user_read(&mask, set, sizeof mask))
        return -EFAULT;
    process->signals.suspended = process->signals.blocked;
    process->signals.is_suspended = true;
    blocked_set(process, mask);
    while (scheduler_sleep(&process->signals)) {
    }
    process->restart_never = true;
    return -EINTR;
}
