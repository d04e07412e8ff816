// SPDX-License-Identifier: MIT
/*
 * Every way into the hypervisor, and the way out.
 *
 * Interrupts stay disabled from entry to exit, so nothing here is re-entered but by NMI, machine check, double
 * fault and debug exceptions, which have stacks of their own and never use GS.
 *
 * Two paths are written for their count of instructions: a hypercall, and an exception of guest kernel
 * code that goes to the guest's own handler and back (exception_return). They decide with one comparison
 * each whether they apply; everything else takes the slow path, which saves all registers and goes on in C.
 *
 * A guest's memory is touched only between STAC and CLAC, at addresses that were compared with stack_floor: at or above
 * the hypervisor's end there is nothing but the guest's own. A fault there continues at the place that
 * the fix-up table names.
 */
#include "abi/call.h"
#include "abi/layout.h"
#include "abi/trap.h"
#include "abi/vcpu.h"
#include "offsets.h"
#include "x86/layout.h"
#include "x86/smap.h"
#include "x86/vector.h"

#define ATTENTION_SYSCALL 16

/* Bytes that an exception pushes on the guest's stack. */
#define FRAME_SIZE 40

/* The displacement of a field of the virtual CPU while the stack pointer is at another. */
#define AT(field, pointer)               (ENTRY_##field - ENTRY_##pointer)(%rsp)
#define AT_PLUS(field, offset, pointer)  (ENTRY_##field + offset - ENTRY_##pointer)(%rsp)

/* If the instruction at the label faults, go on at the second label. Sorted at boot. */
.macro fixup at, to
        .pushsection .fixups, "a"
        .quad   \at, \to
        .popsection
.endm

/*
 * The only way to return to a guest with IRET. The address may be one that the guest gave: if it is not canonical, IRET
 * faults here in ring 0 (on processors; QEMU 7.2 faults in ring 3, so no test there would tell).
 */
.macro iret_to_guest
662:    iretq
        fixup   662b, entry_return_failed
.endm

/* The rest of struct registers, below rdx. */
.macro push_below_rdx
        push    %rsi
        push    %rdi
        push    %r8
        push    %r9
        push    %r10
        push    %r11
        push    %rbx
        push    %rbp
        push    %r12
        push    %r13
        push    %r14
        push    %r15
.endm

.macro pop_all
        pop     %r15
        pop     %r14
        pop     %r13
        pop     %r12
        pop     %rbp
        pop     %rbx
        pop     %r11
        pop     %r10
        pop     %r9
        pop     %r8
        pop     %rdi
        pop     %rsi
        pop     %rdx
        pop     %rcx
        pop     %rax
.endm

/* Puts the entry code of a vector into entry_exceptions; used once for each, in order. */
.macro exception_pointer vector
        .pushsection .rodata.exceptions, "a"
        .quad   entry_exception_\vector
        .popsection
.endm

        .section .rodata.exceptions, "a"
        .balign 8
        .globl  entry_exceptions
entry_exceptions:

/*
 * The slow path: rax, rcx and rdx are saved already, the vector is set, GS is the guest's. Afterwards rdi is the
 * virtual CPU, and the stack the processor's.
 */
.macro save_all
        push_below_rdx
        swapgs
        cld
        CLAC
        lea     -ENTRY_REGISTERS(%rsp), %rdi
        mov     ENTRY_STACK(%rdi), %rsp
.endm

        .section .text.entry, "ax"

/* ---- Hypercalls ------------------------------------------------------------------------------------------- */

/*
 * void entry_syscall(void): rax = number; rcx, r11 = where and how to return. The limit is 0 while the guest
 * is in user mode, so one comparison checks both the number and the mode.
 */
        .balign 64
        .globl  entry_syscall
entry_syscall:
        swapgs
        mov     %rsp, %gs:ENTRY_GUEST_RSP
        cmp     %rax, %gs:ENTRY_CALL_LIMIT
        jbe     entry_syscall_refused
        jmp     *%gs:ENTRY_CALLS(,%rax,8)

/*
 * Back to the guest with rax = result, rcx = address, r11 = flags. An address that SYSCALL left in rcx is
 * canonical, unless the instruction was the last of the lower half: SYSRET would then fault in ring 0.
 */
.macro call_return
        cmpl    $0, %gs:ENTRY_ATTENTION
        jne     entry_attend
        cmp     %gs:ENTRY_HOLE, %rcx
        je      entry_attend
        mov     %gs:ENTRY_GUEST_RSP, %rsp
        swapgs
        sysretq
.endm

/* One for each call. The handler keeps every register but rax, among them rcx and r11. */
.macro call_entry name
        .balign 16
        .globl  entry_call_\name
entry_call_\name:
        mov     %gs:ENTRY_STACK, %rsp
        incq    %gs:ENTRY_COUNT_CALLS
        call    call_\name
        call_return
.endm

#define PV_CALL(number, name, ...) call_entry name;
#include "abi/calls.def"
#undef PV_CALL

/* The handlers by number: the same table for calls that are made without an entry of their own. */
.macro function_pointer number, name
        .if     . - entry_functions - 8 * \number
        .error  "calls.def is not in the order of its numbers"
        .endif
        .if     \number == PV_CALL_multicall
        .quad   call_nested
        .else
        .quad   call_\name
        .endif
.endm

        .section .rodata.functions, "a"
        .balign 8
        .globl  entry_functions
entry_functions:
#define PV_CALL(number, name, ...) function_pointer number, name;
#include "abi/calls.def"
#undef PV_CALL

        .section .text.entry, "ax"

entry_no_call:
        mov     $-PV_E_NOCALL, %rax
        incq    %gs:ENTRY_COUNT_CALLS
        call_return

entry_syscall_refused:
        cmpq    $0, %gs:ENTRY_CALL_LIMIT
        jne     entry_no_call
        orl     $ATTENTION_SYSCALL, %gs:ENTRY_ATTENTION

/* Something has to be done before the guest runs on: save it whole, as an exception would have. */
entry_attend:
        mov     %gs:ENTRY_TOP, %rsp
        pushq   $SELECTOR_GUEST_DATA
        pushq   %gs:ENTRY_GUEST_RSP
        push    %r11
        pushq   $SELECTOR_GUEST_CODE
        push    %rcx
        pushq   $0
        push    %rax
        push    %rcx
        push    %rdx
        push_below_rdx
        lea     -ENTRY_REGISTERS(%rsp), %rdi
        mov     ENTRY_STACK(%rdi), %rsp
        cld

/* void entry_resume(struct vcpu *vcpu) */
        .globl  entry_resume
entry_resume:
        cmpl    $0, ENTRY_ATTENTION(%rdi)
        jne     2f
1:      lea     ENTRY_REGISTERS(%rdi), %rsp
        swapgs
        pop_all
        add     $8, %rsp
        iret_to_guest
2:      mov     ENTRY_STACK(%rdi), %rsp
        call    vcpu_attend
        mov     %gs:ENTRY_SELF, %rdi
        jmp     1b

/* IRET refused the address to which it should have gone. All other registers are the guest's again. */
entry_return_failed:
        pushq   $0
        push    %rax
        push    %rcx
        push    %rdx
        movl    $VECTOR_GENERAL_PROTECTION, AT(VECTOR, RDX)
        save_all
        call    vcpu_return_failed
        mov     %gs:ENTRY_SELF, %rdi
        jmp     entry_resume

/*
 * exception_return, entered directly: a return from kernel mode to kernel mode with events enabled and none pending.
 * Everything else, and every doubt, goes to call_exception_return in C, which starts over.
 */
        .balign 64
        .globl  entry_return, entry_no_call
entry_return:
        mov     %gs:ENTRY_GUEST_RSP, %r11
        cmp     %gs:ENTRY_STACK_FLOOR, %r11
        jbe     entry_return_slow
        mov     %gs:ENTRY_PAGE, %rax
        mov     %gs:ENTRY_TOP, %rsp
        STAC
        pushq   $SELECTOR_GUEST_DATA
1:      pushq   PV_RETURN_RSP(%r11)
2:      pushq   PV_RETURN_RFLAGS(%r11)
        pushq   $SELECTOR_GUEST_CODE
3:      pushq   PV_RETURN_RIP(%r11)
4:      testb   $3, PV_RETURN_CS(%r11)
        jnz     entry_return_slow
        testb   $(RFLAGS_IF >> 8), AT_PLUS(RFLAGS, 1, RIP)
        jz      entry_return_slow
        cmpw    $0, PV_VCPU_EVENT_MASK(%rax)
        jne     entry_return_slow
        andq    $(RFLAGS_GUEST | RFLAGS_IF), AT(RFLAGS, RIP)
5:      mov     PV_RETURN_RAX(%r11), %rax
6:      mov     PV_RETURN_RCX(%r11), %rcx
7:      mov     PV_RETURN_R11(%r11), %r11
        CLAC
        incq    %gs:ENTRY_COUNT_CALLS
        swapgs
        iret_to_guest
entry_return_slow:
        CLAC
        mov     $(RFLAGS_ONE | RFLAGS_IF), %r11d
        jmp     entry_call_exception_return
        fixup   1b, entry_return_slow
        fixup   2b, entry_return_slow
        fixup   3b, entry_return_slow
        fixup   4b, entry_return_slow
        fixup   5b, entry_return_slow
        fixup   6b, entry_return_slow
        fixup   7b, entry_return_slow

/* ---- Exceptions and interrupts ---------------------------------------------------------------------------- */

/*
 * An exception without an error code. Fast where the guest kernel's own code raised it with events enabled, on a stack
 * at or above stack_floor, and its handler wants events left enabled: the frame is written to that
 * stack and the handler entered, with no other register touched.
 */
.macro exception vector
        exception_pointer \vector
        .balign 16
entry_exception_\vector:
        pushq   $0
        testb   $3, AT(CS, ERROR)
        jz      entry_hypervisor_\vector
        push    %rax
        push    %rcx
        push    %rdx
        mov     AT(PAGE, RDX), %rdx
        mov     AT_PLUS(TRAPS, TRAP_SIZE * \vector, RDX), %rcx
        jrcxz   1f
        cmpb    $0, PV_VCPU_EVENT_MASK(%rdx)
        jne     1f
        mov     AT(RSP, RDX), %rax
        cmp     AT(STACK_FLOOR, RDX), %rax
        jbe     1f
        and     $-16, %rax
        STAC
2:      movq    $PV_KERNEL_SS, -8(%rax)
        mov     AT(RSP, RDX), %rdx
3:      mov     %rdx, -16(%rax)
        mov     AT(RFLAGS, RDX), %rdx
4:      mov     %rdx, -24(%rax)
5:      movq    $PV_KERNEL_CS, -32(%rax)
        mov     AT(RIP, RDX), %rdx
6:      mov     %rdx, -40(%rax)
        CLAC
        lea     -FRAME_SIZE(%rax), %rax
        mov     %rcx, AT(RIP, RDX)
        mov     %rax, AT(RSP, RDX)
        andl    $~(RFLAGS_TF | RFLAGS_NT | RFLAGS_RF), AT(RFLAGS, RDX)
        incq    AT(COUNT_TRAPS, RDX)
        pop     %rdx
        pop     %rcx
        pop     %rax
        add     $8, %rsp
        iret_to_guest
1:      movl    $\vector, AT(VECTOR, RDX)
        jmp     entry_full
        fixup   2b, 1b
        fixup   3b, 1b
        fixup   4b, 1b
        fixup   5b, 1b
        fixup   6b, 1b
entry_hypervisor_\vector:
        movl    $\vector, AT(VECTOR, ERROR)
        jmp     entry_hypervisor
.endm

/* An exception with an error code. */
.macro exception_error vector
        exception_pointer \vector
entry_exception_\vector:
        testb   $3, AT(CS, ERROR)
        jz      1f
        push    %rax
        push    %rcx
        push    %rdx
        movl    $\vector, AT(VECTOR, RDX)
        jmp     entry_full
1:      movl    $\vector, AT(VECTOR, ERROR)
        jmp     entry_hypervisor
.endm

/* An exception on a stack of its own that always means trouble of the machine's or the hypervisor's. */
.macro exception_fatal vector, error
        exception_pointer \vector
entry_exception_\vector:
    .if \error == 0
        pushq   $0
    .endif
        movl    $\vector, AT(VECTOR, ERROR)
        jmp     entry_hypervisor
.endm

        exception 0
        exception_pointer 1
        exception_fatal 2, 0
        exception 3
        exception 4
        exception 5
        exception 6
        exception 7
        exception_fatal 8, 1
        exception 9
        exception_error 10
        exception_error 11
        exception_error 12
        exception_error 13
        exception_error 14
        exception 15
        exception 16
        exception_error 17
        exception_fatal 18, 0
        exception 19
        exception 20
        exception_error 21
        exception 22
        exception 23
        exception 24
        exception 25
        exception 26
        exception 27
        exception 28
        exception_error 29
        exception_error 30
        exception 31

/*
 * Debug exceptions have a stack of their own, because `mov ss` before SYSCALL delivers one on the first
 * instruction of entry_syscall, on the guest's stack pointer. That one is the guest's loss. One from ring 3 is
 * moved to where the others are. The processor's structure is found above the stack's end.
 */
#define DEBUG_WORDS 8
entry_exception_1:
        pushq   $0
        testb   $3, AT(CS, ERROR)
        jz      1f
        push    %rax
        push    %rcx
        mov     DEBUG_WORDS * 8(%rsp), %rcx
        mov     PROCESSOR_CURRENT(%rcx), %rcx
        popq    ENTRY_RCX(%rcx)
        popq    ENTRY_RAX(%rcx)
        popq    ENTRY_ERROR(%rcx)
        popq    ENTRY_RIP(%rcx)
        popq    ENTRY_CS(%rcx)
        popq    ENTRY_RFLAGS(%rcx)
        popq    ENTRY_RSP(%rcx)
        popq    ENTRY_SS(%rcx)
        lea     ENTRY_RCX(%rcx), %rsp
        push    %rdx
        movl    $1, AT(VECTOR, RDX)
        jmp     entry_full
1:      add     $8, %rsp
        iretq

.macro interrupt name, vector
        .globl  entry_interrupt_\name
entry_interrupt_\name:
        pushq   $0
        testb   $3, AT(CS, ERROR)
        jz      1f
        push    %rax
        push    %rcx
        push    %rdx
        movl    $\vector, AT(VECTOR, RDX)
        jmp     entry_full_interrupt
1:      mov     $\vector, %esi
        jmp     entry_idle_interrupt
.endm

        interrupt serial, VECTOR_SERIAL
        interrupt keyboard, VECTOR_KEYBOARD
        interrupt timer, VECTOR_TIMER
        interrupt spurious, VECTOR_SPURIOUS

/* An exception that goes on in C, where the domain's mode wants it. */
entry_full:
        save_all
        incq    ENTRY_COUNT_TRAPS(%rdi)
        call    *ENTRY_EXCEPTION(%rdi)
        mov     %gs:ENTRY_SELF, %rdi
        jmp     entry_resume

/* An interrupt of the machine, while a guest ran. */
entry_full_interrupt:
        save_all
        call    vcpu_interrupt
        mov     %gs:ENTRY_SELF, %rdi
        jmp     entry_resume

/* An exception in the hypervisor itself, on whatever stack it was, without use of GS. */
entry_hypervisor:
        push    %rax
        push    %rcx
        push    %rdx
        push_below_rdx
        cld
        mov     %rsp, %rdi
        sub     $8, %rsp
        call    fault_in_hypervisor
        add     $8, %rsp
        pop_all
        add     $8, %rsp
        iretq

/* void entry_idle(uint64_t stack) */
        .globl  entry_idle
entry_idle:
        mov     %rdi, %rsp
1:      sti
        hlt
        jmp     1b

/* An interrupt of the idle loop, which has nothing worth returning to. */
entry_idle_interrupt:
        mov     %gs:ENTRY_SELF, %rdi
        mov     ENTRY_STACK(%rdi), %rsp
        call    processor_idle_interrupt
        ud2

        .section .note.GNU-stack, "", @progbits
