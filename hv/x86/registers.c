// SPDX-License-Identifier: MIT
/*
 * Where an instruction's register operands lie in the saved registers.
 */
#include "x86/registers.h"

#define OFFSET(name) offsetof(struct registers, name)

const uint8_t register_offset[16] = {
    OFFSET(rax), OFFSET(rcx), OFFSET(rdx), OFFSET(rbx), OFFSET(rsp), OFFSET(rbp), OFFSET(rsi), OFFSET(rdi),
    OFFSET(r8),  OFFSET(r9),  OFFSET(r10), OFFSET(r11), OFFSET(r12), OFFSET(r13), OFFSET(r14), OFFSET(r15),
};
