// SPDX-License-Identifier: MIT
/*
 * Code of user mode. It is copied to USER_CODE, where nothing of the kernel's is mapped: its data have fixed
 * addresses, and it calls nothing.
 */
#include "tests/guests/user-calls/state.h"
#include "tests/guests/user-calls/registers.inc"

        .text
        .globl  user_code, user_code_end
        .balign 16
user_code:

/* Loads USER_LOADED, makes a system call, stores what it finds in USER_FOUND. */
        .globl  user_round, user_round_call, user_round_end
user_round:
        push    USER_LOADED + STATE_RFLAGS
        popf
        state_load USER_LOADED
        mov     USER_LOADED + STATE_RSP, %rsp
user_round_call:
        syscall
user_store:
        state_save USER_FOUND
        mov     $USER_STACK_TOP, %rsp
        pushf
        pop     USER_FOUND + STATE_RFLAGS
user_round_end:
        ud2

/* The same with an exception in place of the system call: the instruction at rax. */
        .globl  user_fault
user_fault:
        jmp     *%rax

        .globl  user_after
        .set    user_after, user_store

/* Instructions that fault, at the address in rbx where they take one. */
        .globl  user_read, user_write, user_jump, user_divide, user_break, user_undefined
        .globl  user_halt, user_interrupt, user_call, user_iret, user_segment, user_nested, user_flags
        .globl  user_delayed
user_read:
        mov     (%rbx), %rcx
user_write:
        mov     %rcx, (%rbx)
user_jump:
        jmp     *%rbx
user_divide:
        div     %rcx
user_break:
        int3
        ud2
user_undefined:
        ud2
user_halt:
        hlt
user_interrupt:
        int     $5
user_call:
        syscall
        ud2
user_iret:
        iretq
user_segment:
        mov     %ebx, %ds
        ud2

/* With the flag NT set, and a debug exception delayed into the kernel's entry: the instruction at rbx. */
user_nested:
        pushf
        orl     $0x4000, (%rsp)
        popf
        jmp     *%rbx
user_flags:
        pushf
        pop     USER_FOUND + STATE_RFLAGS
        ud2
user_delayed:
        mov     %ss, %eax
        mov     %eax, %ss
        syscall
        ud2

/*
 * Reads the clock of instructions as the last thing before a system call, a page fault at rbx, and as the
 * first after.
 */
        .globl  user_count_call, user_count_fault, user_count_end
user_count_call:
        rdtsc
        syscall
user_count_fault:
        rdtsc
        mov     (%rbx), %rcx
user_count_end:
        rdtsc
        ud2
user_code_end:

/* Where they are in user mode, for kernel.S. */
        .globl  user_count_fault_at, user_count_end_at
        .set    user_count_fault_at, USER_CODE + user_count_fault - user_code
        .set    user_count_end_at, USER_CODE + user_count_end - user_code

        .section .note.GNU-stack, "", @progbits
