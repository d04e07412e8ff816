// SPDX-License-Identifier: MIT
/*
 * Where a program starts. The kernel has laid out, from the stack pointer up: argc, the pointers of argv, 0, the
 * pointers of the environment, 0 (System V ABI, AMD64 Supplement, section 3.4.1, without an auxiliary vector).
 */
        .section .text._start, "ax", @progbits

// _Noreturn void _start(void);
        .globl  _start
        .type   _start, @function
_start:
        xor     %ebp, %ebp
        mov     (%rsp), %rdi
        lea     8(%rsp), %rsi
        lea     8(%rsi, %rdi, 8), %rdx
        mov     %rdx, environ
        call    main
        mov     %eax, %edi
        call    exit
        ud2
        .size   _start, . - _start
