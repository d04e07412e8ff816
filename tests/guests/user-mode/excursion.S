// SPDX-License-Identifier: MIT
/*
 * The way into user mode, the code there, and the entries of exceptions, which lead back to user_run's caller.
 */
#include "abi/call.h"
#include "abi/layout.h"
#include "abi/vcpu.h"
#include "tests/guests/runtime/window.h"

        .set    return_stub, WINDOW + PV_CALL_exception_return * PV_STUB_SIZE
        .set    event_mask, WINDOW + PV_WINDOW_VCPU + PV_VCPU_EVENT_MASK

/* Offsets in struct excursion. */
#define EXCURSION_VECTOR       0
#define EXCURSION_STACK        56
#define EXCURSION_USER_MASK    64
#define EXCURSION_HANDLER_MASK 65
#define EXCURSION_SIZE         72

/* Words of a struct excursion that are on the stack when an entry has pushed its own. */
#define WORDS 7

        .text

// void user_run(const struct frame *frame, uint64_t rdi);
        .globl  user_run
        .type   user_run, @function
user_run:
        push    %rbx
        push    %rbp
        push    %r12
        push    %r13
        push    %r14
        push    %r15
        mov     %rsp, kernel_stack(%rip)
        push    32(%rdi)
        push    24(%rdi)
        push    16(%rdi)
        push    8(%rdi)
        push    0(%rdi)
        mov     %rsi, %rdi
        cmpb    $0, return_by_iretq(%rip)
        je      return_stub
        iretq
        .size   user_run, . - user_run

        .globl  user_code
user_code:
        movb    event_mask, %al
        movb    %al, excursion + EXCURSION_USER_MASK(%rip)
        jmp     *%rdi

/* One entry for each vector. Vectors 8, 10 to 14, 17, 21, 29 and 30 have an error code already. */
        .set    with_error_code, 0x60227d00
        .set    vector, 0
        .globl  user_mode_entries
        .balign 16
user_mode_entries:
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
        movb    event_mask, %al
        movb    %al, excursion + EXCURSION_HANDLER_MASK(%rip)
        lea     WORDS * 8(%rsp), %rax
        mov     %rax, excursion + EXCURSION_STACK(%rip)
        .set    word, 0
        .rept   WORDS
        pop     excursion + EXCURSION_VECTOR + 8 * word(%rip)
        .set    word, word + 1
        .endr
        mov     kernel_stack(%rip), %rsp
        cld
        pop     %r15
        pop     %r14
        pop     %r13
        pop     %r12
        pop     %rbp
        pop     %rbx
        ret

        .bss
        .balign 8
        .globl  excursion, return_by_iretq
excursion:
        .skip   EXCURSION_SIZE
kernel_stack:
        .skip   8
return_by_iretq:
        .skip   1

        .section .note.GNU-stack, "", @progbits
