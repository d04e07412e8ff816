// SPDX-License-Identifier: MIT
/*
 * The entry of events: keeps every register, and lets C take them.
 */
#include "abi/call.h"
#include "abi/layout.h"
#include "tests/guests/runtime/window.h"

        .set    return_stub, WINDOW + PV_CALL_exception_return * PV_STUB_SIZE

        .text
        .globl  upcall
upcall: push    %rax
        push    %rcx
        push    %rdx
        push    %rsi
        push    %rdi
        push    %r8
        push    %r9
        push    %r10
        push    %r11
        push    %rbp
        mov     %rsp, %rbp
        mov     %rsp, %rdi
        and     $-16, %rsp
        cld
        call    events_take
        mov     %rbp, %rsp
        pop     %rbp
        pop     %r11
        pop     %r10
        pop     %r9
        pop     %r8
        pop     %rdi
        pop     %rsi
        pop     %rdx
        pop     %rcx
        pop     %rax
        jmp     return_stub

        .section .note.GNU-stack, "", @progbits
