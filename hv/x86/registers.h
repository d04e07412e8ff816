// SPDX-License-Identifier: MIT
/*
 * The general registers of a guest at the moment it entered the hypervisor, in the order in which the
 * entry code pushes them; the last five words (with the error code) are pushed by the processor.
 */
#ifndef PV_X86_REGISTERS_H
#define PV_X86_REGISTERS_H

#include <stddef.h>
#include <stdint.h>

struct registers {
    uint64_t r15, r14, r13, r12, rbp, rbx;
    uint64_t r11, r10, r9, r8, rdi, rsi, rdx, rcx, rax;
    uint32_t error;
    uint32_t vector;
    uint64_t rip, cs, rflags, rsp, ss;
};
_Static_assert(sizeof(struct registers) == 21 * sizeof(uint64_t),
               "struct registers is what the entry code pushes");

/* The byte offset of each register by its number in an instruction (rax rcx rdx rbx rsp rbp rsi rdi r8...).
 */
extern const uint8_t register_offset[16];

/** A register of the guest, by its number in an instruction, 0 to 15. */
static inline uint64_t *register_at(struct registers *registers, unsigned number)
{
    return (uint64_t *)((uint8_t *)registers + register_offset[number]);
}

#endif
