// SPDX-License-Identifier: MIT
// A disassembler (capstone) to compare decoders with, and its operands in the decoders' terms.
#ifndef PV_TESTS_UNIT_DISASSEMBLER_H
#define PV_TESTS_UNIT_DISASSEMBLER_H

#include "emulate/decode.h"

#include <capstone/capstone.h>
#include <criterion/criterion.h>
#include <string.h>

struct disassembler {
    csh handle;
    cs_insn *insn;
    unsigned agreed; // for the test to count
};

static inline struct disassembler disassembler_open(void)
{
    struct disassembler disassembler = {0};
    cr_assert_eq(cs_open(CS_ARCH_X86, CS_MODE_64, &disassembler.handle), CS_ERR_OK);
    cr_assert_eq(cs_option(disassembler.handle, CS_OPT_DETAIL, CS_OPT_ON), CS_ERR_OK);
    disassembler.insn = cs_malloc(disassembler.handle);
    return disassembler;
}

static inline void disassembler_close(struct disassembler *disassembler)
{
    cs_free(disassembler->insn, 1);
    cs_close(&disassembler->handle);
}

// The number of a general register of any size, but ah, ch, dh and bh; otherwise INSTRUCTION_NO_REGISTER.
static inline unsigned disassembler_register(csh handle, unsigned reg)
{
    static const char *const names[16][4] = {
        {"rax", "eax", "ax", "al"},      {"rcx", "ecx", "cx", "cl"},      {"rdx", "edx", "dx", "dl"},
        {"rbx", "ebx", "bx", "bl"},      {"rsp", "esp", "sp", "spl"},     {"rbp", "ebp", "bp", "bpl"},
        {"rsi", "esi", "si", "sil"},     {"rdi", "edi", "di", "dil"},     {"r8", "r8d", "r8w", "r8b"},
        {"r9", "r9d", "r9w", "r9b"},     {"r10", "r10d", "r10w", "r10b"}, {"r11", "r11d", "r11w", "r11b"},
        {"r12", "r12d", "r12w", "r12b"}, {"r13", "r13d", "r13w", "r13b"}, {"r14", "r14d", "r14w", "r14b"},
        {"r15", "r15d", "r15w", "r15b"}};
    const char *name = reg == X86_REG_INVALID ? NULL : cs_reg_name(handle, reg);
    for (unsigned i = 0; name && i < 16; i++)
        for (unsigned j = 0; j < 4; j++)
            if (!strcmp(name, names[i][j]))
                return i;
    return INSTRUCTION_NO_REGISTER;
}

static inline uint8_t disassembler_segment(unsigned reg)
{
    return reg == X86_REG_FS   ? INSTRUCTION_SEGMENT_FS
           : reg == X86_REG_GS ? INSTRUCTION_SEGMENT_GS
                               : INSTRUCTION_SEGMENT_NONE;
}

// Fills in the fields of an operand in memory.
static inline void disassembler_memory(csh handle, const cs_x86 *x86, const x86_op_mem *mem,
                                       struct instruction *out)
{
    out->memory = true;
    out->rip_relative = mem->base == X86_REG_RIP || mem->base == X86_REG_EIP;
    out->base = (uint8_t)disassembler_register(handle, mem->base);
    out->index = (uint8_t)disassembler_register(handle, mem->index);
    out->scale = (uint8_t)mem->scale;
    out->displacement = (int32_t)mem->disp;
    out->address_size = x86->addr_size;
    out->segment = disassembler_segment(mem->segment);
}

#endif
