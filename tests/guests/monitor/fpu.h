// SPDX-License-Identifier: MIT
// Values in the SSE registers, kept there while time passes; for C and for assembly.
#ifndef PV_KERNEL_FPU_H
#define PV_KERNEL_FPU_H

#define FPU_REGISTERS     16
#define FPU_REGISTER_SIZE 16

#ifndef __ASSEMBLER__

#include <stdbool.h>
#include <stdint.h>

struct fpu_registers {
    uint8_t xmm[FPU_REGISTERS][FPU_REGISTER_SIZE];
};

// Loads all registers from *before, keeps them until *done, and stores them to *after.
void fpu_hold(const struct fpu_registers *before, struct fpu_registers *after, const volatile bool *done);

#endif
#endif
