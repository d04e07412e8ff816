// SPDX-License-Identifier: MIT
/*
 * The ways into user mode and the entries from it. Everything that is found at an entry is stored before any
 * register changes; then the excursion ends where it began, or goes on.
 */
#include "abi/call.h"
#include "abi/layout.h"
#include "abi/vcpu.h"
#include "tests/guests/runtime/window.h"
#include "tests/guests/user-calls/state.h"
#include "tests/guests/user-calls/registers.inc"

        .set    return_stub, WINDOW + PV_CALL_exception_return * PV_STUB_SIZE
        .set    user_return_stub, WINDOW + PV_CALL_user_return * PV_STUB_SIZE
        .set    multicall_stub, WINDOW + PV_CALL_multicall * PV_STUB_SIZE
        .set    page, WINDOW + PV_WINDOW_VCPU

/* Offsets in struct excursion; the registers come first. */
#define EXCURSION_VECTOR (STATE_SIZE)
#define EXCURSION_STACK  (STATE_SIZE + 56)
#define EXCURSION_MASK   (STATE_SIZE + 64)
#define EXCURSION_TIME   (STATE_SIZE + 72)

/* Words of a struct excursion that are on the stack when an entry has pushed its own. */
#define WORDS 7

        .text

.macro begin name
        .globl  \name
        .type   \name, @function
\name:
        push    %rbx
        push    %rbp
        push    %r12
        push    %r13
        push    %r14
        push    %r15
        mov     %rsp, kernel_rsp(%rip)
.endm

.macro push_frame
        push    $PV_USER_SS
        push    leaving + STATE_RSP(%rip)
        push    leaving + STATE_RFLAGS(%rip)
        push    $PV_USER_CS
        push    leaving + STATE_RIP(%rip)
.endm

/* Any stack will do: it is not used any more. */
.macro words_load state
        push    \state + STATE_RIP(%rip)
        pop     page + PV_VCPU_USER_RIP
        push    \state + STATE_RFLAGS(%rip)
        pop     page + PV_VCPU_USER_RFLAGS
        push    \state + STATE_RSP(%rip)
        pop     page + PV_VCPU_USER_RSP
        push    \state + STATE_RAX(%rip)
        pop     page + PV_VCPU_USER_RAX
.endm

// void begin_by_frame(void);
begin begin_by_frame
        push_frame
        state_load leaving, (%rip)
        jmp     return_stub

// void begin_by_iretq(void);
begin begin_by_iretq
        push_frame
        state_load leaving, (%rip)
        iretq

// void begin_by_words(void);
begin begin_by_words
        words_load leaving
        state_load leaving, (%rip)
        jmp     user_return_stub

// void begin_by_multicall(void);
begin begin_by_multicall
        words_load leaving
        mov     $together, %rdi
        mov     $2, %esi
        jmp     multicall_stub

// void begin_by_sysret(void);
begin begin_by_sysret
        state_load leaving, (%rip)
        mov     leaving + STATE_RIP(%rip), %rcx
        mov     leaving + STATE_RFLAGS(%rip), %r11
        mov     leaving + STATE_RSP(%rip), %rsp
        sysretq

/* The entry of system calls in mode=hypercall: on the kernel's stack. */
        .globl  system_call
        .balign 16
system_call:
        state_save excursion, (%rip)
        pushf
        pop     entry_flags(%rip)
        push    page + PV_VCPU_USER_RIP
        pop     excursion + STATE_RIP(%rip)
        push    page + PV_VCPU_USER_RFLAGS
        pop     excursion + STATE_RFLAGS(%rip)
        push    page + PV_VCPU_USER_RSP
        pop     user_rsp(%rip)
        cmpb    $0, answers(%rip)
        je      system_call_end
        decb    answers(%rip)
        words_load answer
        state_load answer, (%rip)
        jmp     user_return_stub

/* The same in mode=trap: it begins on the stack of user mode, which the kernel's root need not map. */
        .globl  system_call_trapped
        .balign 16
system_call_trapped:
        state_save excursion, (%rip)
        mov     %rsp, user_rsp(%rip)
        mov     kernel_rsp(%rip), %rsp
        pushf
        pop     entry_flags(%rip)
        mov     %rcx, excursion + STATE_RIP(%rip)
        mov     %r11, excursion + STATE_RFLAGS(%rip)
        cmpb    $0, answers(%rip)
        je      system_call_end
        decb    answers(%rip)
        state_load answer, (%rip)
        mov     answer + STATE_RIP(%rip), %rcx
        mov     answer + STATE_RFLAGS(%rip), %r11
        mov     answer + STATE_RSP(%rip), %rsp
        sysretq

system_call_end:
        movq    $BY_SYSTEM_CALL, excursion + EXCURSION_VECTOR(%rip)
        movb    page + PV_VCPU_EVENT_MASK, %al
        movb    %al, excursion + EXCURSION_MASK(%rip)
        jmp     end

/* What a system call costs, from the instruction before it to the first one after. */
        .globl  system_call_counted
        .balign 16
system_call_counted:
        mov     %rax, %r8
        rdtsc
        mov     %rax, %r9
        movq    $user_count_fault_at, page + PV_VCPU_USER_RIP
        movq    $USER_STACK_TOP, page + PV_VCPU_USER_RSP
        movq    $0x202, page + PV_VCPU_USER_RFLAGS
        rdtsc
        mov     %rax, %r10
        jmp     user_return_stub

/* The same for a page fault, with the event mask as it is. It goes on behind the instruction. */
        .globl  page_fault_counted
        .balign 16
page_fault_counted:
        mov     %rax, %r12
        rdtsc
        mov     %rax, %r13
        add     $8, %rsp
        movq    $user_count_end_at, (%rsp)
        rdtsc
        mov     %rax, %r14
        jmp     return_stub

/* One entry for each vector. Vectors 8, 10 to 14, 17, 21, 29 and 30 have an error code already. */
        .set    with_error_code, 0x60227d00
        .set    vector, 0
        .globl  entries, event_entry
        .balign 16
entries:
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
        .balign 16
event_entry:
        push    $0
        push    $BY_EVENT

entry_common:
        state_save excursion, (%rip)
        pushf
        pop     entry_flags(%rip)
        cmpq    $0, resume(%rip)
        jne     entry_resume
        movb    page + PV_VCPU_EVENT_MASK, %al
        movb    %al, excursion + EXCURSION_MASK(%rip)
        movb    $1, page + PV_VCPU_EVENT_MASK   # an event now would end the excursion a second time
        lea     WORDS * 8(%rsp), %rax
        mov     %rax, excursion + EXCURSION_STACK(%rip)
        .set    word, 0
        .rept   WORDS
        pop     excursion + EXCURSION_VECTOR + 8 * word(%rip)
        .set    word, word + 1
        .endr

end:
        mov     kernel_rsp(%rip), %rsp
        cld
        pop     %r15
        pop     %r14
        pop     %r13
        pop     %r12
        pop     %rbp
        pop     %rbx
        ret

/* Back to user mode, elsewhere, with every register as it was found. */
entry_resume:
        add     $16, %rsp
        push    resume(%rip)
        pop     (%rsp)
        movq    $0, resume(%rip)
        cmpb    $0, resume_by_iretq(%rip)
        je      return_stub
        iretq

/* To kernel mode, with flags as given: notes the event mask there. */
// void return_to_kernel(uint64_t rflags);
begin return_to_kernel
        mov     %rsp, %rax
        push    $PV_KERNEL_SS
        push    %rax
        push    %rdi
        push    $PV_KERNEL_CS
        push    $returned
        jmp     return_stub
returned:
        movq    $NOWHERE, excursion + EXCURSION_VECTOR(%rip)
        movb    page + PV_VCPU_EVENT_MASK, %al
        movb    %al, excursion + EXCURSION_MASK(%rip)
        jmp     end
        .set    NOWHERE, 0xff

        .bss
        .balign 8
        .globl  excursion, leaving, answer, answers, resume, resume_by_iretq, user_rsp, entry_flags
excursion:
        .skip   EXCURSION_TIME
leaving:
        .skip   STATE_SIZE
answer:
        .skip   STATE_SIZE
kernel_rsp:
        .skip   8
user_rsp:
        .skip   8
entry_flags:
        .skip   8
resume:
        .skip   8
answers:
        .skip   1
resume_by_iretq:
        .skip   1

        .section .note.GNU-stack, "", @progbits
