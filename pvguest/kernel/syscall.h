// SPDX-License-Identifier: MIT
// The handlers of system calls: sys_<name>() of every line of syscalls.def, with as many arguments as it says
// there. They run as the current process, trust no argument, and return a result that is not negative, or
// -errno.
#ifndef PV_KERNEL_SYSCALL_H
#define PV_KERNEL_SYSCALL_H

#include <stdint.h>

// SYSCALL_PARAMETERS_<arity>: for a declaration.
#define SYSCALL_PARAMETERS_0 void
#define SYSCALL_PARAMETERS_1 uint64_t
#define SYSCALL_PARAMETERS_2 uint64_t, uint64_t
#define SYSCALL_PARAMETERS_3 uint64_t, uint64_t, uint64_t

#define SYSCALL(number, name, arity, sentence) int64_t sys_##name(SYSCALL_PARAMETERS_##arity);
#include "kernel/syscalls.def"
#undef SYSCALL

#endif
