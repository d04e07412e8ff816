// SPDX-License-Identifier: MIT
/*
 * Every way into the hypervisor, and the way out.
 *
 * Interrupts stay disabled from entry to exit, so nothing here is re-entered but by NMI, machine check,
 * double fault and debug exceptions, which have stacks of their own and never use GS.
 *
 * These paths are written for their count of instructions: a hypercall; a system call of user mode and the
 * return from it; an exception that goes to the guest's own handler, and back (exception_return). They
 * decide with a few comparisons whether they apply; everything else takes the slow path, which saves all
 * registers and goes on in C.
 *
 * The mode of a guest is three things that change together, here and in vcpu_mode_set: the root that is
 * loaded, call_limit and stack_floor.
 *
 * A guest's memory is touched only between STAC and CLAC, at addresses that were compared with stack_floor:
 * at or above the hypervisor's end there is nothing but the guest's own. A fault there continues at the
 * place that the fix-up table names.
 */
#include "abi/call.h"
#include "abi/layout.h"
#include "abi/trap.h"
#include "abi/vcpu.h"
#include "offsets.h"
#include "x86/layout.h"
#include "x86/smap.h"
#include "x86/vector.h"

#define ATTENTION_EVENT   4
#define ATTENTION_SYSCALL 16

/* What is written to the upper half of stack_floor in each mode. */
#define FLOOR_KERNEL (STACK_FLOOR >> 32)
#define FLOOR_USER   0xffffffff

/* In the error code of a page fault: it was in user mode. */
#define ERROR_USER 4

/* Bytes that an exception pushes on the guest's stack, without and with an error code. */
#define FRAME_SIZE       40
#define FRAME_SIZE_ERROR 48

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
 * The only way to return to a guest with IRET. The address may be one that the guest gave: if it is not
 * canonical, IRET faults here in ring 0 (on processors; QEMU 7.2 faults in ring 3, so no test there would
 * tell).
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
 * The slow path: rax, rcx and rdx are saved already, the vector is set, GS is the guest's. Afterwards rdi is
 * the virtual CPU, and the stack the processor's.
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

/* ---- Hypercalls ------------------------------------------------------------------------------------ */

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

/* A handler keeps every register but rax, among them rcx and r11; if clang compiled it, not its arguments'. */
#ifdef __clang__
.macro handler_call name
        push    %rdi
        push    %rsi
        push    %rdx
        call    call_\name
        pop     %rdx
        pop     %rsi
        pop     %rdi
.endm
#else
.macro handler_call name
        call    call_\name
.endm
#endif

/* One for each call. */
.macro call_entry name
        .balign 16
        .globl  entry_call_\name
entry_call_\name:
        mov     %gs:ENTRY_STACK, %rsp
        incq    %gs:ENTRY_COUNT_CALLS
        handler_call \name
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

/*
 * Not a hypercall: a system call of user mode, if it is in user mode. It enters the kernel with every
 * register as it is but rcx, r11 and rsp, which go to the page with three pushes; the stack pointer is in
 * memory of the hypervisor's then, to which nothing faults. Where there is no entry or no stack, the words
 * that it is made to look at say that events are masked, and so it goes on in C.
 */
        .balign 16
entry_syscall_refused:
        cmpq    $0, %gs:ENTRY_CALL_LIMIT
        jne     entry_no_call
        mov     %gs:ENTRY_SYSCALL_WORDS, %rsp
        cmpb    $0, (PV_VCPU_EVENT_MASK - PV_VCPU_USER_RAX)(%rsp)
        jne     entry_syscall_slow
        pushq   %gs:ENTRY_GUEST_RSP
        push    %r11
        push    %rcx
        movb    $1, (PV_VCPU_EVENT_MASK - PV_VCPU_USER_RIP)(%rsp)
        mov     %gs:ENTRY_KERNEL_ROOT, %rcx
        mov     %rcx, %cr3
        movq    $PV_CALL_LIMIT, %gs:ENTRY_CALL_LIMIT
        movl    $FLOOR_KERNEL, %gs:ENTRY_STACK_FLOOR + 4
        incq    %gs:ENTRY_COUNT_FAST_SYSCALLS
        mov     %gs:ENTRY_SYSCALL_ENTRY, %rcx
        mov     $(RFLAGS_ONE | RFLAGS_IF), %r11d
        mov     %gs:ENTRY_KERNEL_STACK, %rsp
        swapgs
        sysretq
        .if     PV_VCPU_USER_RSP + 8 != PV_VCPU_USER_RAX || PV_VCPU_USER_RFLAGS + 8 != PV_VCPU_USER_RSP || \
                PV_VCPU_USER_RIP + 8 != PV_VCPU_USER_RFLAGS
        .error  "the words of a system call are not in the order in which they are pushed"
        .endif

entry_syscall_slow:
        lock orl $ATTENTION_SYSCALL, %gs:ENTRY_ATTENTION

/*
 * Something has to be done before the guest runs on. If it is an event, and nothing else, and the guest is in
 * kernel mode with events enabled, its handler is entered as if the hypercall's next instruction had been
 * interrupted: with a frame on its stack, if that is not below stack_floor, and events masked. rcx and r11,
 * which a hypercall loses, are not restored for it. What is found pending here, the handler will find.
 */
entry_attend:
        cmpl    $ATTENTION_EVENT, %gs:ENTRY_ATTENTION
        jne     entry_attend_slow
        push    %rcx
        push    %r11
        push    %rax
        mov     %gs:ENTRY_PAGE, %rax
        cmpw    $0x100, PV_VCPU_EVENT_MASK(%rax)
        jne     2f
        mov     %gs:ENTRY_GUEST_RSP, %rax
        cmp     %gs:ENTRY_STACK_FLOOR, %rax
        jbe     2f
        and     $-16, %rax
        STAC
3:      movq    $PV_KERNEL_SS, -8(%rax)
4:      mov     %r11, -24(%rax)
5:      movq    $PV_KERNEL_CS, -32(%rax)
6:      mov     %rcx, -FRAME_SIZE(%rax)
        mov     %gs:ENTRY_GUEST_RSP, %rcx
7:      mov     %rcx, -16(%rax)
        CLAC
        mov     %gs:ENTRY_UPCALL_ENTRY, %rcx
        jrcxz   2f
        lea     -FRAME_SIZE(%rax), %rax
        mov     %rax, %gs:ENTRY_GUEST_RSP
        lock andl $~ATTENTION_EVENT, %gs:ENTRY_ATTENTION
        mov     %gs:ENTRY_PAGE, %rax
        movb    $1, PV_VCPU_EVENT_MASK(%rax)
        incq    %gs:ENTRY_COUNT_FAST_UPCALLS
        and     $~(RFLAGS_TF | RFLAGS_NT | RFLAGS_RF), %r11d
        pop     %rax
        mov     %gs:ENTRY_GUEST_RSP, %rsp
        swapgs
        sysretq
        .if     PV_VCPU_EVENT_PENDING != PV_VCPU_EVENT_MASK + 1
        .error  "event_mask and event_pending are not compared as one"
        .endif
2:      CLAC
        pop     %rax
        pop     %r11
        pop     %rcx
        jmp     entry_attend_slow
        fixup   3b, 2b
        fixup   4b, 2b
        fixup   5b, 2b
        fixup   6b, 2b
        fixup   7b, 2b

/* Save it whole, as an exception would have. */
entry_attend_slow:
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
 * user_return, entered directly: back to user mode by the words of the page, each of which is read once. An
 * address at which SYSRET would fault, an event that is pending, and the trap flag, with which SYSRET would
 * be stopped before user mode's next instruction each time, are for C, which starts over.
 */
        .balign 64
        .globl  entry_user_return
entry_user_return:
        mov     %gs:ENTRY_PAGE, %rsp
        cmpb    $0, PV_VCPU_EVENT_PENDING(%rsp)
        jne     entry_call_user_return
        mov     PV_VCPU_USER_RIP(%rsp), %rcx
        cmp     %gs:ENTRY_HOLE, %rcx
        jae     entry_call_user_return
        mov     PV_VCPU_USER_RFLAGS(%rsp), %r11
        and     $(RFLAGS_GUEST & ~RFLAGS_RF), %r11d
        or      $(RFLAGS_ONE | RFLAGS_IF), %r11d
        test    $RFLAGS_TF, %r11d
        jnz     entry_call_user_return
        movb    $0, PV_VCPU_EVENT_MASK(%rsp)
        mov     %gs:ENTRY_USER_ROOT, %rax
        mov     %rax, %cr3
        movq    $0, %gs:ENTRY_CALL_LIMIT
        movl    $FLOOR_USER, %gs:ENTRY_STACK_FLOOR + 4
        incq    %gs:ENTRY_COUNT_FAST_RETURNS
        mov     PV_VCPU_USER_RAX(%rsp), %rax
        mov     PV_VCPU_USER_RSP(%rsp), %rsp
        swapgs
        sysretq

/*
 * exception_return, entered directly: a return with no event pending that would be enabled by it. Everything
 * else, and every doubt, goes to call_exception_return in C, which starts over.
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
        jnz     entry_return_user
        testb   $(RFLAGS_IF >> 8), AT_PLUS(RFLAGS, 1, RIP)
        jz      entry_return_masked
        cmpw    $0, PV_VCPU_EVENT_MASK(%rax)
        jne     entry_return_unmask
entry_return_kernel:
        andq    $(RFLAGS_GUEST | RFLAGS_IF), AT(RFLAGS, RIP)
5:      mov     PV_RETURN_RAX(%r11), %rax
6:      mov     PV_RETURN_RCX(%r11), %rcx
7:      mov     PV_RETURN_R11(%r11), %r11
        CLAC
        incq    %gs:ENTRY_COUNT_CALLS
        swapgs
        iret_to_guest

/* To kernel mode from where events were masked to where they are not, or to where they are. */
entry_return_unmask:
        cmpb    $0, PV_VCPU_EVENT_PENDING(%rax)
        jne     entry_return_slow
        movb    $0, PV_VCPU_EVENT_MASK(%rax)
        jmp     entry_return_kernel
entry_return_masked:
        movb    $1, PV_VCPU_EVENT_MASK(%rax)
        orl     $RFLAGS_IF, AT(RFLAGS, RIP)
        jmp     entry_return_kernel

/* To user mode with events enabled. All of the frame is read before the root changes. */
entry_return_user:
        testb   $(RFLAGS_IF >> 8), AT_PLUS(RFLAGS, 1, RIP)
        jz      entry_return_slow
        cmpb    $0, PV_VCPU_EVENT_PENDING(%rax)
        jne     entry_return_slow
        andq    $(RFLAGS_GUEST | RFLAGS_IF), AT(RFLAGS, RIP)
8:      mov     PV_RETURN_RCX(%r11), %rcx
9:      pushq   PV_RETURN_RAX(%r11)
10:     pushq   PV_RETURN_R11(%r11)
        CLAC
        movb    $0, PV_VCPU_EVENT_MASK(%rax)
        mov     %gs:ENTRY_USER_ROOT, %rax
        mov     %rax, %cr3
        pop     %r11
        pop     %rax
        movq    $0, %gs:ENTRY_CALL_LIMIT
        movl    $FLOOR_USER, %gs:ENTRY_STACK_FLOOR + 4
        incq    %gs:ENTRY_COUNT_FAST_RETURNS
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
        fixup   8b, entry_return_slow
        fixup   9b, entry_return_slow
        fixup   10b, entry_return_slow

/* ---- Exceptions and interrupts --------------------------------------------------------------------- */

/*
 * An exception without an error code. Fast where the guest kernel's own code raised it with events enabled,
 * on a stack at or above stack_floor, and its handler wants events left enabled: the frame is written to
 * that stack and the handler entered, with no other register touched.
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
        mov     AT_PLUS(TRAPS, TRAP_FAST + TRAP_SIZE * \vector, RDX), %rcx
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
        jmp     entry_other
        fixup   2b, 1b
        fixup   3b, 1b
        fixup   4b, 1b
        fixup   5b, 1b
        fixup   6b, 1b
entry_hypervisor_\vector:
        movl    $\vector, AT(VECTOR, ERROR)
        jmp     entry_hypervisor
.endm

/*
 * Writes the frame of an exception of user mode to the kernel's stack, with the kernel's root loaded, and
 * makes the processor's own frame lead to the handler in rcx. Until the last word is written nothing else
 * has changed but the root: a fault goes on at `failed`.
 */
.macro user_frame error, failed
        mov     AT(KERNEL_ROOT, RDX), %rax
        mov     %rax, %cr3
        mov     AT(FRAME_STACK, RDX), %rax
        STAC
1:      movq    $PV_USER_SS, -8(%rax)
        mov     AT(RSP, RDX), %rdx
2:      mov     %rdx, -16(%rax)
        mov     AT(RFLAGS, RDX), %rdx
3:      mov     %rdx, -24(%rax)
4:      movq    $PV_USER_CS, -32(%rax)
        mov     AT(RIP, RDX), %rdx
5:      mov     %rdx, -40(%rax)
    .if \error != 0
        mov     AT(ERROR, RDX), %edx
6:      mov     %rdx, -48(%rax)
        fixup   6b, \failed
        CLAC
        sub     $FRAME_SIZE_ERROR, %rax
    .else
        CLAC
        sub     $FRAME_SIZE, %rax
    .endif
        mov     %rcx, AT(RIP, RDX)
        mov     %rax, AT(RSP, RDX)
        andl    $~(RFLAGS_TF | RFLAGS_NT | RFLAGS_RF), AT(RFLAGS, RDX)
        fixup   1b, \failed
        fixup   2b, \failed
        fixup   3b, \failed
        fixup   4b, \failed
        fixup   5b, \failed
.endm

/*
 * Goes to the handler in kernel mode. rdx is the page; with the carry flag set its event mask, 0 as yet,
 * becomes 1.
 */
.macro user_leave
        adcb    $0, PV_VCPU_EVENT_MASK(%rdx)
        movq    $PV_CALL_LIMIT, AT(CALL_LIMIT, RDX)
        movl    $FLOOR_KERNEL, AT_PLUS(STACK_FLOOR, 4, RDX)
        incq    AT(COUNT_FAST_TRAPS, RDX)
        pop     %rdx
        pop     %rcx
        pop     %rax
        add     $8, %rsp
        iret_to_guest
.endm

/*
 * An exception that is not the kernel's own with events enabled: fast where user mode raised it with events
 * enabled, and it has a handler. That of `int n` has an error code, and is for C to look at.
 */
.macro exception_other error
        cmpq    $0, AT(CALL_LIMIT, RDX)
        jne     entry_full
    .if \error != 0
        cmpl    $0, AT(ERROR, RDX)
        jne     entry_full
    .endif
        mov     AT(PAGE, RDX), %rdx
        cmpb    $0, PV_VCPU_EVENT_MASK(%rdx)
        jne     entry_full
        imul    $TRAP_SIZE, AT(VECTOR, RDX), %ecx
        mov     (ENTRY_TRAPS + TRAP_HANDLER - ENTRY_RDX)(%rsp, %rcx), %rcx
        test    %rcx, %rcx
        jz      entry_full
        user_frame \error, entry_frame_failed
        imul    $TRAP_SIZE, AT(VECTOR, RDX), %ecx
        mov     AT(PAGE, RDX), %rdx
        cmpq    $1, (ENTRY_TRAPS + TRAP_FAST - ENTRY_RDX)(%rsp, %rcx)
        user_leave
.endm

/*
 * A page fault: the same, with its address in the page, and counted by the instruction. Of an access that the
 * processor makes for itself the error code does not say that it was user mode, so that is said here.
 */
.macro exception_page_fault vector
        exception_pointer \vector
1:      movl    $\vector, AT(VECTOR, RDX)
        jmp     entry_full
2:      movl    $\vector, AT(VECTOR, ERROR)
        jmp     entry_hypervisor
        .balign 16
entry_exception_\vector:
        testb   $3, AT(CS, ERROR)
        jz      2b
        push    %rax
        push    %rcx
        push    %rdx
        cmpq    $0, AT(CALL_LIMIT, RDX)
        jne     1b
        mov     AT(PAGE, RDX), %rdx
        cmpb    $0, PV_VCPU_EVENT_MASK(%rdx)
        jne     1b
        mov     AT_PLUS(TRAPS, TRAP_HANDLER + TRAP_SIZE * \vector, RDX), %rcx
        jrcxz   1b
        mov     %cr2, %rax
        mov     %rax, PV_VCPU_CR2(%rdx)
        orl     $ERROR_USER, AT(ERROR, RDX)
        user_frame 1, entry_page_fault_failed
        mov     AT(PAGE, RDX), %rdx
        cmpq    $1, AT_PLUS(TRAPS, TRAP_FAST + TRAP_SIZE * \vector, RDX)
        user_leave
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
        jmp     entry_other_error
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
        exception_page_fault 14
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

        .balign 16
entry_other:
        exception_other 0

        .balign 16
entry_other_error:
        exception_other 1

/*
 * The kernel's stack could not be written: the fault of that has changed CR2. Everything is made as it was,
 * for C to find out the same.
 */
entry_page_fault_failed:
        movl    $VECTOR_PAGE_FAULT, AT(VECTOR, RDX)
entry_frame_failed:
        CLAC
        mov     AT(PAGE, RDX), %rdx
        mov     PV_VCPU_CR2(%rdx), %rax
        mov     %rax, %cr2
        mov     AT(USER_ROOT, RDX), %rax
        mov     %rax, %cr3
        jmp     entry_full

/*
 * Debug exceptions have a stack of their own, because `mov ss` before SYSCALL delivers one on the first
 * instruction of entry_syscall, on the guest's stack pointer. That one is the guest's loss. One from ring 3
 * is moved to where the others are. The processor's structure is found above the stack's end.
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
        interrupt kick, VECTOR_KICK
        interrupt flush, VECTOR_FLUSH
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
