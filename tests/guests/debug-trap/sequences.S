// SPDX-License-Identifier: MIT
/*
 * What is executed with the trap flag set, and a software interrupt of each number.
 */
#include "abi/call.h"

        .text

        .macro  trap_flag_set
        pushf
        orq     $0x100, (%rsp)
        popf
        .endm

        .macro  trap_flag_clear
        pushf
        andq    $~0x100, (%rsp)
        popf
        .endm

// uint64_t step_plain(uint64_t argument);
        .globl  step_plain
step_plain:
        trap_flag_set
        nop
        nop
        nop
        nop
        nop
        trap_flag_clear
        xor     %eax, %eax
        ret

// uint64_t step_call(uint64_t argument);
        .globl  step_call
step_call:
        mov     $PV_CALL_version, %eax
        trap_flag_set
        syscall
        nop
        trap_flag_clear
        ret

// uint64_t step_stack_call(uint64_t argument);
        .globl  step_stack_call
step_stack_call:
        mov     $PV_CALL_version, %eax
        mov     %ss, %edx
        trap_flag_set
        mov     %edx, %ss
        syscall
        nop
        trap_flag_clear
        ret

// uint64_t step_stack_breakpoint(uint64_t argument);
        .globl  step_stack_breakpoint
step_stack_breakpoint:
        mov     %ss, %edx
        trap_flag_set
        mov     %edx, %ss
        int3
        trap_flag_clear
        ret

// uint64_t step_stack_undefined(uint64_t argument);
        .globl  step_stack_undefined
step_stack_undefined:
        mov     %ss, %edx
        trap_flag_set
        mov     %edx, %ss
        ud2

        .globl  interrupts
        .balign 8
interrupts:
        .set    number, 0
        .rept   256
        .balign 8
        .byte   0xcd, number
        ret
        .set    number, number + 1
        .endr

        .section .note.GNU-stack, "", @progbits
