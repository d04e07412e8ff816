// SPDX-License-Identifier: MIT
/*
 * The hypercalls of call.h.
 */
#include "abi/layout.h"
#include "tests/guests/runtime/window.h"

        .text

// int64_t call(uint64_t number, uint64_t first, uint64_t second, uint64_t third);
        .globl  call
        .type   call, @function
call:
        mov     %rdi, %rax
        mov     %rsi, %rdi
        mov     %rdx, %rsi
        mov     %rcx, %rdx
        imul    $PV_STUB_SIZE, %rax, %r11
        add     $WINDOW, %r11
        xor     %r10d, %r10d
        xor     %r8d, %r8d
        xor     %r9d, %r9d
        jmp     *%r11
        .size   call, . - call

// void call_registers(struct registers *registers);
        .globl  call_registers
        .type   call_registers, @function
call_registers:
        push    %rbx
        push    %rbp
        push    %r12
        push    %r13
        push    %r14
        push    %r15
        push    %rdi
        mov     0(%rdi), %rax
        mov     8(%rdi), %rbx
        mov     16(%rdi), %rcx
        mov     24(%rdi), %rdx
        mov     32(%rdi), %rsi
        mov     48(%rdi), %rbp
        mov     56(%rdi), %r8
        mov     64(%rdi), %r9
        mov     72(%rdi), %r10
        mov     80(%rdi), %r11
        mov     88(%rdi), %r12
        mov     96(%rdi), %r13
        mov     104(%rdi), %r14
        mov     112(%rdi), %r15
        mov     40(%rdi), %rdi
        syscall
        push    %rdi
        mov     8(%rsp), %rdi
        mov     %rax, 0(%rdi)
        mov     %rbx, 8(%rdi)
        mov     %rcx, 16(%rdi)
        mov     %rdx, 24(%rdi)
        mov     %rsi, 32(%rdi)
        pop     40(%rdi)
        mov     %rbp, 48(%rdi)
        mov     %r8, 56(%rdi)
        mov     %r9, 64(%rdi)
        mov     %r10, 72(%rdi)
        mov     %r11, 80(%rdi)
        mov     %r12, 88(%rdi)
        mov     %r13, 96(%rdi)
        mov     %r14, 104(%rdi)
        mov     %r15, 112(%rdi)
        pop     %rdi
        pop     %r15
        pop     %r14
        pop     %r13
        pop     %r12
        pop     %rbp
        pop     %rbx
        ret
        .size   call_registers, . - call_registers

        .section .note.GNU-stack, "", @progbits
