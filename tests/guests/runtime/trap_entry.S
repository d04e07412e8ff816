// SPDX-License-Identifier: MIT
/*
 * Entries of exceptions, and the way out of an attempt.
 */
#include "abi/call.h"
#include "abi/layout.h"
#include "tests/guests/runtime/window.h"

        .text

/*
 * One entry for each vector, of 16 bytes each: brings the frame to the form of struct trap_frame in trap.c,
 * with an error code in every case. Vectors 8, 10 to 14, 17, 21, 29 and 30 have one already.
 */
        .set    with_error_code, 0x60227d00
        .set    vector, 0
        .globl  trap_entries
        .balign 16
trap_entries:
        .rept   32
        .balign 16
        .if     (with_error_code >> vector) & 1
        .else
        push    $0
        .endif
        push    $vector
        jmp     entry_common
        .set    vector, vector + 1
        .endr

entry_common:
        push    %rax
        push    %rbx
        push    %rcx
        push    %rdx
        push    %rsi
        push    %rdi
        push    %rbp
        push    %r8
        push    %r9
        push    %r10
        push    %r11
        push    %r12
        push    %r13
        push    %r14
        push    %r15
        mov     %rsp, %rdi
        mov     %rsp, %rbp
        and     $-16, %rsp
        cld
        call    trap_handle
        mov     %rbp, %rsp
        pop     %r15
        pop     %r14
        pop     %r13
        pop     %r12
        pop     %r11
        pop     %r10
        pop     %r9
        pop     %r8
        pop     %rbp
        pop     %rdi
        pop     %rsi
        pop     %rdx
        pop     %rcx
        pop     %rbx
        pop     %rax
        add     $16, %rsp
        jmp     return_stub
        .set    return_stub, WINDOW + PV_CALL_exception_return * PV_STUB_SIZE

// void attempt_run(void (*action)(uint64_t), uint64_t argument);
        .globl  attempt_run
        .type   attempt_run, @function
attempt_run:
        push    %rbx
        push    %rbp
        push    %r12
        push    %r13
        push    %r14
        push    %r15
        mov     %rsp, attempt_stack(%rip)
        mov     %rdi, %rax
        mov     %rsi, %rdi
        call    *%rax
        .globl  attempt_over
attempt_over:
        mov     attempt_stack(%rip), %rsp
        pop     %r15
        pop     %r14
        pop     %r13
        pop     %r12
        pop     %rbp
        pop     %rbx
        ret
        .size   attempt_run, . - attempt_run

// void user_enter(uint64_t rip, uint64_t rsp, uint64_t rdi);
        .globl  user_enter
        .type   user_enter, @function
user_enter:
        push    $PV_USER_SS
        push    %rsi
        push    $2
        push    $PV_USER_CS
        push    %rdi
        mov     %rdx, %rdi
        jmp     return_stub
        .size   user_enter, . - user_enter

        .bss
        .balign 8
        .globl  attempt_stack
attempt_stack:
        .skip   8

        .section .note.GNU-stack, "", @progbits
