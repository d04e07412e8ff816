// SPDX-License-Identifier: MIT
//
// The general decoder behind instruction_decode(): prefixes, then opcode, ModRM, SIB, displacement.
//
// Invariant: only source_next() looks at the guest's bytes; it ends at 15, or with what is available.
//
// Unknown on purpose: LOCK, which is not taken as a prefix (only AMD's alias of cr8 has it); and 66, F2 or F3
// before SWAPGS and XSETBV, where the manuals reserve them or give them to other instructions. Elsewhere
// prefixes without effect are accepted, as processors do.
#include "emulate/decode.h"

#include "emulate/operand.h"

#define ESCAPED(second) [INSTRUCTION_ESCAPED + (second)]

const struct instruction_opcode instruction_opcodes[INSTRUCTION_ESCAPED + INSTRUCTION_ESCAPED_MAX + 1] = {
    [0x6c] = {INSTRUCTION_INS, 0, 1, true},
    [0x6d] = {INSTRUCTION_INS, 0, 4, true},
    [0x6e] = {INSTRUCTION_OUTS, 0, 1, true},
    [0x6f] = {INSTRUCTION_OUTS, 0, 4, true},
    [0xcf] = {INSTRUCTION_IRET, 1, 4, false},
    [0xe4] = {INSTRUCTION_IN, 2, 1, false},
    [0xe5] = {INSTRUCTION_IN, 2, 4, false},
    [0xe6] = {INSTRUCTION_OUT, 2, 1, false},
    [0xe7] = {INSTRUCTION_OUT, 2, 4, false},
    [0xec] = {INSTRUCTION_IN, 1, 1, true},
    [0xed] = {INSTRUCTION_IN, 1, 4, true},
    [0xee] = {INSTRUCTION_OUT, 1, 1, true},
    [0xef] = {INSTRUCTION_OUT, 1, 4, true},
    [0xf4] = {INSTRUCTION_HLT, 1, 0, false},
    [0xfa] = {INSTRUCTION_CLI, 1, 0, false},
    [0xfb] = {INSTRUCTION_STI, 1, 0, false},
    ESCAPED(0x06) = {INSTRUCTION_CLTS, 2, 0, false},
    ESCAPED(0x07) = {INSTRUCTION_SYSRET, 2, 4, false},
    ESCAPED(0x08) = {INSTRUCTION_INVD, 2, 0, false},
    ESCAPED(0x09) = {INSTRUCTION_WBINVD, 2, 0, false},
    ESCAPED(0x20) = {INSTRUCTION_MOV_FROM_CR, 0, 8, false},
    ESCAPED(0x21) = {INSTRUCTION_MOV_FROM_DR, 0, 8, false},
    ESCAPED(0x22) = {INSTRUCTION_MOV_TO_CR, 0, 8, false},
    ESCAPED(0x23) = {INSTRUCTION_MOV_TO_DR, 0, 8, false},
    ESCAPED(0x30) = {INSTRUCTION_WRMSR, 2, 0, false},
    ESCAPED(0x32) = {INSTRUCTION_RDMSR, 2, 0, false},
    ESCAPED(0x33) = {INSTRUCTION_RDPMC, 2, 0, false},
};

// The instructions of a group, by ModRM.reg.
struct group_entry {
    uint8_t kind;
    uint8_t operand_size; // in memory, and in a register unless `wide`
    bool in_register;     // a general register may be the operand
    bool wide;            // the register is written in the size that the prefixes say
};

static const struct group_entry group_6[8] = {
    {INSTRUCTION_SLDT, 2, true, true},
    {INSTRUCTION_STR, 2, true, true},
    {INSTRUCTION_LLDT, 2, true, false},
    {INSTRUCTION_LTR, 2, true, false},
};

static const struct group_entry group_7[8] = {
    {INSTRUCTION_SGDT, 10, false, false}, {INSTRUCTION_SIDT, 10, false, false},
    {INSTRUCTION_LGDT, 10, false, false}, {INSTRUCTION_LIDT, 10, false, false},
    {INSTRUCTION_SMSW, 2, true, true},    {INSTRUCTION_UNKNOWN, 0, false, false},
    {INSTRUCTION_LMSW, 2, true, false},   {INSTRUCTION_INVLPG, 0, false, false},
};

static bool group_decode(struct source *source, const struct prefixes *prefixes,
                         const struct group_entry *group, struct instruction *instruction)
{
    uint8_t modrm;
    if (!source_next(source, &modrm))
        return false;
    if (group == group_7 && (modrm == 0xd1 || modrm == 0xf8)) {
        if (!prefixes->operand_size && !prefixes->repeat)
            instruction->kind = modrm == 0xd1 ? INSTRUCTION_XSETBV : INSTRUCTION_SWAPGS;
        return true;
    }

    const struct group_entry *entry = &group[modrm >> 3 & 7];
    instruction->memory = modrm < 0xc0;
    if (entry->kind == INSTRUCTION_UNKNOWN || (!instruction->memory && !entry->in_register))
        return true;
    instruction->kind = entry->kind;
    instruction->operand_size = entry->operand_size;
    if (instruction->memory)
        return operand_read(source, prefixes, modrm, instruction);
    instruction->rm = (modrm & 7) | (prefixes->rex & REX_B ? 8 : 0);
    if (entry->wide)
        instruction->operand_size = prefixes_operand_size(prefixes, true);
    return true;
}

static bool port_decode(struct source *source, const struct prefixes *prefixes,
                        struct instruction *instruction)
{
    if (instruction->operand_size == 4)
        instruction->operand_size = prefixes_operand_size(prefixes, false);
    if (instruction->kind == INSTRUCTION_INS || instruction->kind == INSTRUCTION_OUTS) {
        instruction->repeat = prefixes->repeat;
        return operand_read_string(source, prefixes, instruction->kind == INSTRUCTION_INS, instruction);
    }
    return instruction->port_in_dx || source_next(source, &instruction->port);
}

static bool move_decode(struct source *source, const struct prefixes *prefixes,
                        struct instruction *instruction)
{
    uint8_t modrm;
    if (!source_next(source, &modrm))
        return false;
    instruction_set_move(instruction, instruction->kind, modrm, prefixes->rex);
    return true;
}

// Decodes what follows an opcode of the table.
static bool operands_decode(struct source *source, const struct prefixes *prefixes,
                            struct instruction *instruction)
{
    if (instruction->kind >= INSTRUCTION_MOV_FROM_CR && instruction->kind <= INSTRUCTION_MOV_TO_DR)
        return move_decode(source, prefixes, instruction);
    switch (instruction->kind) {
    case INSTRUCTION_IN:
    case INSTRUCTION_OUT:
    case INSTRUCTION_INS:
    case INSTRUCTION_OUTS:
        return port_decode(source, prefixes, instruction);
    case INSTRUCTION_IRET:
        instruction->operand_size = prefixes_operand_size(prefixes, true);
        break;
    case INSTRUCTION_SYSRET:
        instruction->operand_size = prefixes->rex & REX_W ? 8 : 4; // has no form of 2 bytes
        break;
    default:
        break;
    }
    return true;
}

// Returns false if the source ended before the instruction did.
static bool source_decode(struct source *source, struct instruction *instruction)
{
    struct prefixes prefixes = {0};
    uint8_t byte;
    if (!prefixes_read(source, &prefixes, &byte))
        return false;
    unsigned place = byte;
    if (byte == 0x0f && !source_next(source, &byte))
        return false;
    if (place == 0x0f)
        place = byte <= INSTRUCTION_ESCAPED_MAX ? INSTRUCTION_ESCAPED + byte : 0; // 00 is of no known kind
    instruction_set_opcode(instruction, instruction_opcodes[place]);
    if (place == INSTRUCTION_ESCAPED || place == INSTRUCTION_ESCAPED + 1)
        return group_decode(source, &prefixes, byte == 0 ? group_6 : group_7, instruction);
    return operands_decode(source, &prefixes, instruction);
}

enum decode_status instruction_decode_any(const uint8_t *bytes, unsigned available,
                                          struct instruction *instruction)
{
    struct source source = source_open(bytes, available);
    if (!source_decode(&source, instruction))
        return available < INSTRUCTION_LENGTH_MAX ? DECODE_CUT_SHORT : DECODE_UNKNOWN;
    instruction->length = (uint8_t)source.position;
    return instruction->kind == INSTRUCTION_UNKNOWN ? DECODE_UNKNOWN : DECODE_OK;
}

uint64_t instruction_address(const struct instruction *instruction, const uint64_t registers[16],
                             uint64_t next_rip, uint64_t fs_base, uint64_t gs_base)
{
    return operand_address(instruction, registers, next_rip, fs_base, gs_base, 0);
}
