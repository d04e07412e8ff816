// SPDX-License-Identifier: MIT
// The ways into the kernel and back. Exceptions and events come in alike: on a frame as the processor pushes
// it (rip, cs, rflags, rsp, ss, and below them an error code where the vector has one), on a stack that was
// aligned to 16 bytes before. Everything else is put below it until the stack pointer is the address of a
// struct pv_frame.
//
// The SSE state is part of the frame because the kernel's handlers may use it: they are ordinary C.
#include "pvops/frame.h"

// The vectors with an error code (Intel SDM volume 3, section 6.15; AMD APM volume 2, section 8.2).
#define ERROR_CODES (1 << 8 | 0x1f << 10 | 1 << 17 | 1 << 21 | 1 << 29 | 1 << 30)

        .text

// const char entry_stubs[PV_VECTOR_LIMIT][PV_ENTRY_STUB_SIZE];
        .globl  entry_stubs
        .balign PV_ENTRY_STUB_SIZE
entry_stubs:
        .set    vector, 0
        .rept   PV_VECTOR_LIMIT
        .balign PV_ENTRY_STUB_SIZE
        .if     !(ERROR_CODES >> vector & 1)
        pushq   $0
        .endif
        pushq   $vector
        jmp     entry_common
        .set    vector, vector + 1
        .endr

        .balign 16
entry_common:
        pushq   %rax
        pushq   %rbx
        pushq   %rcx
        pushq   %rdx
        pushq   %rsi
        pushq   %rdi
        pushq   %rbp
        pushq   %r8
        pushq   %r9
        pushq   %r10
        pushq   %r11
        pushq   %r12
        pushq   %r13
        pushq   %r14
        pushq   %r15
        subq    $PV_FRAME_FPU_SIZE, %rsp
        fxsave64 (%rsp)
        cld                             // as C expects it; the frame keeps what it was
        movq    %rsp, %rdi
        call    pv_entry
        fxrstor64 (%rsp)
        addq    $PV_FRAME_FPU_SIZE, %rsp
        popq    %r15
        popq    %r14
        popq    %r13
        popq    %r12
        popq    %r11
        popq    %r10
        popq    %r9
        popq    %r8
        popq    %rbp
        popq    %rdi
        popq    %rsi
        popq    %rdx
        popq    %rcx
        popq    %rbx
        popq    %rax
        addq    $16, %rsp               // vector and error code
        jmp     *entry_return(%rip)

// const char entry_iretq[]: irq.exception_return of a backend that speaks to the processor.
        .globl  entry_iretq
entry_iretq:
        iretq

        .data
        .balign 8
// const void *entry_return;
        .globl  entry_return
entry_return:
        .quad   0

        .section .note.GNU-stack, "", @progbits
