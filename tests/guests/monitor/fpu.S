// SPDX-License-Identifier: MIT
// The one loop that must not be left to a compiler: it would use the registers for something else.
#include "fpu.h"

        .text

// void fpu_hold(const struct fpu_registers *before, struct fpu_registers *after, const volatile bool *done);
        .globl  fpu_hold
        .balign 16
fpu_hold:
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        movups  \n * FPU_REGISTER_SIZE(%rdi), %xmm\n
        .endr
1:      cmpb    $0, (%rdx)
        je      1b
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        movups  %xmm\n, \n * FPU_REGISTER_SIZE(%rsi)
        .endr
        ret

        .section .note.GNU-stack, "", @progbits
