// SPDX-License-Identifier: MIT
/*
 * What a test guest asks for, and its first instructions. There is no stack at the start, and rdi leads to
 * struct pv_start_info (abi/start.h).
 */
#include "abi/layout.h"
#include "tests/guests/runtime/window.h"

        .section .note.Paravane, "a", @note
        .balign 4
        .long   note_name_end - note_name, note_end - note, 1
note_name:
        .asciz  "Paravane"
note_name_end:
        .balign 4
note:
        .long   0x00000004              # the ABI's version, 0.4
        .long   0
        .quad   0                       # no feature is needed
        .quad   start
        .quad   PHYSMAP
        .quad   WINDOW
note_end:

        .text
        .globl  start
        .type   start, @function
start:
        lea     stack_top(%rip), %rsp
        xor     %ebp, %ebp
        call    runtime_main
        ud2
        .size   start, . - start

        .bss
        .balign 4096
        .skip   STACK_SIZE
stack_top:
        .section .note.GNU-stack, "", @progbits
