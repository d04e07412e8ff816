// SPDX-License-Identifier: MIT
/*
 * The two ways into exception_return, and where its frames lead: what is found there is noted, and an
 * undefined instruction ends the attempt.
 */
#include "abi/call.h"
#include "abi/layout.h"
#include "tests/guests/runtime/window.h"

        .set    return_stub, WINDOW + PV_CALL_exception_return * PV_STUB_SIZE

        .text

// void return_by_stub(const struct frame *frame);
        .globl  return_by_stub
        .type   return_by_stub, @function
return_by_stub:
        push    32(%rdi)
        push    24(%rdi)
        push    16(%rdi)
        push    8(%rdi)
        push    0(%rdi)
        jmp     return_stub
        .size   return_by_stub, . - return_by_stub

// void return_by_call(uint64_t stack);
        .globl  return_by_call
        .type   return_by_call, @function
return_by_call:
        mov     %rdi, %rsp
        mov     $PV_CALL_exception_return, %eax
        syscall
        .size   return_by_call, . - return_by_call

        .globl  landing
landing:
        mov     %cs, %rax
        mov     %rax, landed_cs(%rip)
        mov     %ss, %rax
        mov     %rax, landed_ss(%rip)
        pushf
        pop     landed_flags(%rip)
        .globl  landing_bare
landing_bare:
        ud2

        .bss
        .balign 8
        .globl  landed_flags, landed_cs, landed_ss
landed_flags:
        .skip   8
landed_cs:
        .skip   8
landed_ss:
        .skip   8

        .section .note.GNU-stack, "", @progbits
