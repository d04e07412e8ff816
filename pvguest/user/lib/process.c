// SPDX-License-Identifier: MIT
// Processes (<unistd.h>, <sys/wait.h>, <sched.h>), each function one system call.
#include <errno.h>
#include <sched.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include "syscall.h"

// What the kernel returns for a niceness of 0, so that no niceness looks like an error.
#define NICE_ZERO 20

void _exit(int status)
{
    (void)syscall_exit((uint64_t)status);
    __builtin_unreachable();
}

pid_t fork(void)
{
    return (pid_t)syscall_result(syscall_fork());
}

// No memory is shared with the child here: what it may do is all that a child of fork() may.
pid_t vfork(void)
{
    return fork();
}

int execve(const char *path, char *const arguments[], char *const environment[])
{
    return (int)syscall_result(syscall_exec((uintptr_t)path, (uintptr_t)arguments, (uintptr_t)environment));
}

pid_t waitpid(pid_t process, int *status, int options)
{
    return (pid_t)syscall_result(syscall_wait((uint64_t)process, (uintptr_t)status, (uint64_t)options));
}

pid_t wait(int *status)
{
    return waitpid(-1, status, 0);
}

pid_t getpid(void)
{
    return (pid_t)syscall_getpid();
}

pid_t getppid(void)
{
    return (pid_t)syscall_getppid();
}

int setpgid(pid_t process, pid_t group)
{
    return (int)syscall_result(syscall_setpgid((uint64_t)process, (uint64_t)group));
}

pid_t getpgid(pid_t process)
{
    return (pid_t)syscall_result(syscall_getpgid((uint64_t)process));
}

pid_t getpgrp(void)
{
    return getpgid(0);
}

int setpgrp(void)
{
    return setpgid(0, 0);
}

int nice(int increment)
{
    int64_t result = syscall_result(syscall_nice((uint64_t)increment));

    return result < 0 ? -1 : (int)result - NICE_ZERO;
}

int sched_yield(void)
{
    return (int)syscall_result(syscall_yield());
}
