// SPDX-License-Identifier: MIT
/*
 * The kernel's system calls as they are: syscall_<name>() for each line of kernel/syscalls.def, with as many
 * arguments of 64 bits as that says, and a result that is negative for an error. The functions of <unistd.h>
 * and its neighbours are made of these.
 */
#ifndef PV_USER_SYSCALL_H
#define PV_USER_SYSCALL_H

#include <stdint.h>

#define SYSCALL_ARGUMENTS_0 void
#define SYSCALL_ARGUMENTS_1 uint64_t
#define SYSCALL_ARGUMENTS_2 uint64_t, uint64_t
#define SYSCALL_ARGUMENTS_3 uint64_t, uint64_t, uint64_t
#define SYSCALL_ARGUMENTS_4 uint64_t, uint64_t, uint64_t, uint64_t

#define SYSCALL(number, name, arity, sentence) int64_t syscall_##name(SYSCALL_ARGUMENTS_##arity);
#include "kernel/syscalls.def"
#undef SYSCALL

// A system call's result as POSIX functions return it: the result itself, or -1 with errno set.
int64_t syscall_result(int64_t result);

#endif
