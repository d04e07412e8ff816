// SPDX-License-Identifier: MIT
// System calls by number, with any arguments, without the library between: for numbers that are none, and for
// what the library's functions would not pass on.
#ifndef PV_USER_USERTESTS_CALL_H
#define PV_USER_USERTESTS_CALL_H

#include <stdint.h>

enum call {
#define SYSCALL(number, name, arity, sentence) CALL_##name = (number),
#include "kernel/syscalls.def"
#undef SYSCALL
};

// The result as the kernel returns it: an error is the negative of a value of <errno.h>.
static inline int64_t call_raw(uint64_t number, uint64_t a0, uint64_t a1, uint64_t a2)
{
    int64_t result;

    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a0), "S"(a1), "d"(a2)
                     : "rcx", "r11", "memory");
    return result;
}

#endif
