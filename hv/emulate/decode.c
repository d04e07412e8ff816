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

struct source {
    const uint8_t *bytes;
    unsigned available; // at most 15
    unsigned position;
};

struct prefixes {
    uint8_t rex;       // the REX prefix directly before the opcode, or 0
    uint8_t segment;   // INSTRUCTION_SEGMENT_*
    bool repeat;       // F2 or F3
    bool operand_size; // 66
    bool address_size; // 67
};

enum { REX_B = 1, REX_X = 2, REX_W = 8 };

static bool source_next(struct source *source, uint8_t *byte)
{
    if (source->position >= source->available)
        return false;
    *byte = source->bytes[source->position++];
    return true;
}

// Takes note of one legacy prefix; returns false if the byte is none.
// The overrides of CS, DS, ES and SS do nothing in 64-bit mode, not even against one of FS or GS.
static bool prefix_note(struct prefixes *prefixes, uint8_t byte)
{
    switch (byte) {
    case 0x64: // FS
    case 0x65: // GS
        prefixes->segment = byte & 7;
        return true;
    case 0x66:
        prefixes->operand_size = true;
        return true;
    case 0x67:
        prefixes->address_size = true;
        return true;
    case 0xf2:
    case 0xf3:
        prefixes->repeat = true;
        return true;
    default:
        return (byte & 0xe7) == 0x26; // 26, 2e, 36, 3e
    }
}

// Takes all prefixes and the first opcode byte. A REX prefix that is not the last prefix has no effect.
static bool prefixes_read(struct source *source, struct prefixes *prefixes, uint8_t *opcode)
{
    while (source_next(source, opcode)) {
        if ((*opcode & 0xf0) == 0x40)
            prefixes->rex = *opcode;
        else if (prefix_note(prefixes, *opcode))
            prefixes->rex = 0;
        else
            return true;
    }
    return false;
}

// The size of an operand that is 4 bytes by default, and 8 with REX.W if `wide`.
static uint8_t prefixes_operand_size(const struct prefixes *prefixes, bool wide)
{
    if (prefixes->rex & REX_W)
        return wide ? 8 : 4;
    return prefixes->operand_size ? 2 : 4;
}

static bool displacement_read(struct source *source, unsigned size, int32_t *displacement)
{
    uint32_t value = 0;
    for (unsigned i = 0; i < size; i++) {
        uint8_t byte;
        if (!source_next(source, &byte))
            return false;
        value |= (uint32_t)byte << 8 * i;
    }
    *displacement = size == 1 ? (int8_t)value : (int32_t)value;
    return true;
}

// Reads SIB and displacement as ModRM says (SDM volume 2, 2.1.5 and 2.2.1.2 to 2.2.1.6).
static bool memory_read(struct source *source, const struct prefixes *prefixes, uint8_t modrm,
                        struct instruction *instruction)
{
    unsigned mod = modrm >> 6, base = modrm & 7, index = 4;
    uint8_t sib = 0;
    bool has_sib = base == 4;
    if (has_sib) {
        if (!source_next(source, &sib))
            return false;
        base = sib & 7;
        index = (sib >> 3 & 7) | (prefixes->rex & REX_X ? 8 : 0);
    }
    bool no_base = mod == 0 && base == 5;
    base |= prefixes->rex & REX_B ? 8 : 0;

    instruction->memory = true;
    instruction->segment = prefixes->segment;
    instruction->address_size = prefixes->address_size ? 4 : 8;
    instruction->rip_relative = no_base && !has_sib;
    instruction->base = no_base ? INSTRUCTION_NO_REGISTER : (uint8_t)base;
    instruction->index = index == 4 ? INSTRUCTION_NO_REGISTER : (uint8_t)index;
    instruction->scale = (uint8_t)(1 << (sib >> 6));
    return displacement_read(source, mod == 1 ? 1 : mod == 2 || no_base ? 4 : 0, &instruction->displacement);
}

// The operand in memory is that of ModRM [rdi] or [rsi]; the segment of rdi cannot be overridden.
static bool string_decode(struct source *source, const struct prefixes *prefixes,
                          struct instruction *instruction)
{
    bool out = instruction->kind == INSTRUCTION_OUTS;
    uint8_t segment = out ? prefixes->segment : INSTRUCTION_SEGMENT_NONE;
    struct prefixes own = {.segment = segment, .address_size = prefixes->address_size};
    instruction->repeat = prefixes->repeat;
    return memory_read(source, &own, out ? 6 : 7, instruction);
}

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
        return memory_read(source, prefixes, modrm, instruction);
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
    if (instruction->kind == INSTRUCTION_INS || instruction->kind == INSTRUCTION_OUTS)
        return string_decode(source, prefixes, instruction);
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
    unsigned limit = available < INSTRUCTION_LENGTH_MAX ? available : INSTRUCTION_LENGTH_MAX;
    struct source source = {bytes, limit, 0};
    if (!source_decode(&source, instruction))
        return available < INSTRUCTION_LENGTH_MAX ? DECODE_CUT_SHORT : DECODE_UNKNOWN;
    instruction->length = (uint8_t)source.position;
    return instruction->kind == INSTRUCTION_UNKNOWN ? DECODE_UNKNOWN : DECODE_OK;
}

uint64_t instruction_address(const struct instruction *instruction, const uint64_t registers[16],
                             uint64_t next_rip, uint64_t fs_base, uint64_t gs_base)
{
    uint64_t address = (uint64_t)(int64_t)instruction->displacement;
    if (instruction->rip_relative)
        address += next_rip;
    if (instruction->base != INSTRUCTION_NO_REGISTER)
        address += registers[instruction->base];
    if (instruction->index != INSTRUCTION_NO_REGISTER)
        address += registers[instruction->index] * instruction->scale;
    if (instruction->address_size == 4)
        address = (uint32_t)address;
    if (instruction->segment == INSTRUCTION_SEGMENT_NONE)
        return address;
    return address + (instruction->segment == INSTRUCTION_SEGMENT_FS ? fs_base : gs_base);
}
