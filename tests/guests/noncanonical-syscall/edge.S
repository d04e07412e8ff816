// SPDX-License-Identifier: MIT
/*
 * The last page of the lower half, whose last instruction is a hypercall.
 */
        .text

// void edge_call(uint64_t number);
        .globl  edge_call
        .type   edge_call, @function
edge_call:
        mov     %rdi, %rax
        movabs  $edge_last, %rcx
        jmp     *%rcx
        .size   edge_call, . - edge_call

        .section .edge, "ax", @progbits
        .fill   4094, 1, 0xcc
edge_last:
        syscall

        .section .note.GNU-stack, "", @progbits
