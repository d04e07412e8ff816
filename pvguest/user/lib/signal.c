// SPDX-License-Identifier: MIT
/*
 * Signals (<signal.h>, <unistd.h>), the kernel's own. newlib has an emulation that never leaves the process:
 * signal() and raise() are defined here so that it is not linked.
 */
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <unistd.h>

#include "syscall.h"

// In call.S: ends a handler.
void signal_return(void);

int sigaction(int signal, const struct sigaction *action, struct sigaction *old)
{
    struct signal_action wanted = {0};
    struct signal_action found = {0};

    if (action != NULL) {
        wanted.handler = (uintptr_t)action->sa_handler;
        wanted.mask = action->sa_mask;
        wanted.flags = (unsigned)action->sa_flags;
        wanted.restorer = (uintptr_t)signal_return;
    }
    int64_t result =
        syscall_sigaction((uint64_t)signal, action != NULL ? (uintptr_t)&wanted : 0, (uintptr_t)&found);

    if (result >= 0 && old != NULL) {
        old->sa_handler = (_sig_func_ptr)(uintptr_t)found.handler;
        old->sa_mask = found.mask;
        old->sa_flags = (int)found.flags;
    }
    return (int)syscall_result(result);
}

// As BSD has it: the handler stays, and system calls that it interrupts go on.
_sig_func_ptr signal(int signal, _sig_func_ptr handler)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    struct sigaction old = {0};

    if (sigaction(signal, &action, &old) < 0)
        return SIG_ERR;
    return old.sa_handler;
}

int kill(pid_t process, int signal)
{
    return (int)syscall_result(syscall_kill((uint64_t)process, (uint64_t)signal));
}

int killpg(pid_t group, int signal)
{
    if (group <= 1) {
        errno = EINVAL;
        return -1;
    }
    return kill(-group, signal);
}

int raise(int signal)
{
    return kill(getpid(), signal);
}

int sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
    return (int)syscall_result(syscall_sigprocmask((uint64_t)how, (uintptr_t)set, (uintptr_t)old));
}

int sigsuspend(const sigset_t *mask)
{
    return (int)syscall_result(syscall_sigsuspend((uintptr_t)mask));
}

int pause(void)
{
    sigset_t mask;

    sigprocmask(SIG_BLOCK, NULL, &mask);
    return sigsuspend(&mask);
}

unsigned alarm(unsigned seconds)
{
    return (unsigned)syscall_alarm(seconds);
}
