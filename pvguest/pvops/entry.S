// SPDX-License-Identifier: MIT
// The ways into the kernel and back. Exceptions and events come in alike: on a frame as the processor pushes
// it (rip, cs, rflags, rsp, ss, and below them an error code where the vector has one), on a stack that was
// aligned to 16 bytes before. Everything else is put below it until the stack pointer is the address of a
// struct pv_frame. A system call makes the same frame of what it finds where its way in leaves it.
//
// Floating-point registers stay what they are: the kernel does not touch them.
#include "abi/call.h"
#include "abi/layout.h"
#include "abi/vcpu.h"
#include "pvops/frame.h"
#include "pvops/processor.h"
#include "pvops/tables.h"

// The vectors with an error code (Intel SDM volume 3, section 6.15; AMD APM volume 2, section 8.2).
#define ERROR_CODES (1 << 8 | 0x1f << 10 | 1 << 17 | 1 << 21 | 1 << 29 | 1 << 30)

// A word of the page that the hypervisor shares with this processor, once rcx leads to it.
#define PAGE(field) PV_VCPU_##field(%rcx)

// Bytes of a frame from rax up: what is left of it when the other registers are back.
#define SYSCALL_LEFT 64

        .macro  PUSH_REGISTERS
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
        .endm

// All but rax.
        .macro  POP_REGISTERS
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
        .endm

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
        PUSH_REGISTERS
        cld                             // as C expects it; the frame keeps what it was
        movq    %rsp, %rdi
        call    pv_entry

// const char entry_frame_return[]: the stack pointer is at a frame: goes on with it, every register as it says.
        .globl  entry_frame_return
entry_frame_return:
        POP_REGISTERS
        popq    %rax
        addq    $16, %rsp               // vector and error code
        jmp     *entry_return(%rip)

// const char entry_frame_first[]: the same on a stack that has never been used.
        .globl  entry_frame_first
entry_frame_first:
        call    kernel_leave
        jmp     entry_frame_return

// const char entry_iretq[]: irq.exception_return of a backend that speaks to the processor.
        .globl  entry_iretq
entry_iretq:
        iretq

// From the place where rip, flags and stack pointer are in a frame to where a call that changed no more than rax has
// everything but these and rax back.
        .macro  SYSCALL_DO
        pushq   $0
        pushq   $PV_VECTOR_SYSCALL
        PUSH_REGISTERS
        movq    %rsp, %rdi
        call    pv_syscall
        cmpq    $PV_VECTOR_SYSCALL, PV_FRAME_VECTOR(%rsp)
        jne     entry_frame_return
        POP_REGISTERS
        .endm

// const char entry_syscall_native[]: SYSCALL of user mode, on the user's stack, with rip in rcx and flags in r11. The
// kernel's GS base is needed here only: everywhere else GS is the user's.
        .globl  entry_syscall_native
        .balign 16
entry_syscall_native:
        swapgs
        movq    %rsp, %gs:SYSCALL_USER_RSP
        movq    %gs:SYSCALL_KERNEL_STACK, %rsp
        pushq   $PV_USER_SS
        pushq   %gs:SYSCALL_USER_RSP
        swapgs
        pushq   %r11
        pushq   $PV_USER_CS
        pushq   %rcx
        SYSCALL_DO
        popq    %rax
        addq    $16, %rsp
        popq    %rcx
        addq    $8, %rsp
        popq    %r11
        popq    %rsp
        sysretq

// const char entry_syscall_call[]: the same under a hypervisor: on the kernel's stack, above which the shared page is
// named, with rip, flags and stack pointer in that, from where they go back. rcx is lost in a system call.
        .globl  entry_syscall_call
        .balign 16
entry_syscall_call:
        movq    PV_STACK_BASE_PAGE(%rsp), %rcx
        pushq   $PV_USER_SS
        pushq   PAGE(USER_RSP)
        pushq   PAGE(USER_RFLAGS)
        pushq   $PV_USER_CS
        pushq   PAGE(USER_RIP)
        SYSCALL_DO
        movq    SYSCALL_LEFT + PV_STACK_BASE_PAGE(%rsp), %rcx
        popq    PAGE(USER_RAX)
        addq    $16, %rsp
        popq    PAGE(USER_RIP)
        addq    $8, %rsp
        popq    PAGE(USER_RFLAGS)
        popq    PAGE(USER_RSP)
        jmp     pv_entry_page + PV_CALL_user_return * PV_STUB_SIZE

// void pv_stack_switch(void **save, void *to);
        .globl  pv_stack_switch
        .balign 16
pv_stack_switch:
        pushq   %rbx
        pushq   %rbp
        pushq   %r12
        pushq   %r13
        pushq   %r14
        pushq   %r15
        movq    %rsp, (%rdi)
        movq    %rsi, %rsp
        popq    %r15
        popq    %r14
        popq    %r13
        popq    %r12
        popq    %rbp
        popq    %rbx
        ret

// const char entry_call_first[]: where a stack of pv_stack_prepare_call() goes on: function in rbx, argument in rbp.
        .globl  entry_call_first
entry_call_first:
        movq    %rbp, %rdi
        xorl    %ebp, %ebp              // a stack trace ends here
        call    *%rbx
        ud2

// const char entry_processor[]: where a processor starts under a hypervisor: on its stack, its number in rdi.
        .globl  entry_processor
entry_processor:
        xorl    %ebp, %ebp              // a stack trace ends here
        call    pv_processor_first      // does not return

        .data
        .balign 8
// const void *entry_return;
        .globl  entry_return
entry_return:
        .quad   0

        .section .note.GNU-stack, "", @progbits
