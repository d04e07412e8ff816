// SPDX-License-Identifier: MIT
/*
 * One stub for each line of kernel/syscalls.def, each in a section of its own so that a program carries only those it
 * calls. The kernel takes the fourth argument in r10, since the instruction itself loses rcx and r11.
 */
#define SYSCALL(number, name, arity, sentence)                                                                       \
        .section .text.syscall_##name, "ax", @progbits;                                                              \
        .globl  syscall_##name;                                                                                      \
        .type   syscall_##name, @function;                                                                           \
syscall_##name:                                                                                                      \
        mov     $number, %eax;                                                                                       \
        .ifgt   arity - 3;                                                                                           \
        mov     %rcx, %r10;                                                                                          \
        .endif;                                                                                                      \
        syscall;                                                                                                     \
        ret;                                                                                                         \
        .size   syscall_##name, . - syscall_##name;

#include "kernel/syscalls.def"

// What a signal handler returns to: the kernel takes everything back from the frame that it pushed.
// void signal_return(void);
        .section .text.signal_return, "ax", @progbits
        .globl  signal_return
        .type   signal_return, @function
signal_return:
        jmp     syscall_sigreturn
        .size   signal_return, . - signal_return
