// SPDX-License-Identifier: MIT
// The first instructions. The loader enters here with rdi = address of struct pv_start_info, every other
// register 0, events masked, no handlers and no stack (abi/start.h). Memory beyond the image's file is 0
// already.

#include "pvops/processor.h"

#define BOOT_STACK_SIZE 65536

        .section .text.entry_start, "ax", @progbits

// void entry_start(const struct pv_start_info *info);
        .globl  entry_start
entry_start:
        leaq    pv_boot_stack_top(%rip), %rsp
        xorl    %ebp, %ebp              // a stack trace ends here
        call    pv_start                // does not return

        .bss
        .balign 8192                    // as pv_stack_top() wants it
        .skip   BOOT_STACK_SIZE - PV_STACK_BASE
// char pv_boot_stack_top[];
        .globl  pv_boot_stack_top
pv_boot_stack_top:
        .skip   PV_STACK_BASE

        .section .note.GNU-stack, "", @progbits
