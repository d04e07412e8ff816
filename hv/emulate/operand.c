// SPDX-License-Identifier: MIT
//
// Prefixes, ModRM, SIB, displacement and numbers, for the decoders of this folder.
//
// Invariant: reads the guest's bytes through source_next() only. It trusts nothing.
#include "emulate/operand.h"

bool source_number(struct source *source, unsigned size, int32_t *number)
{
    uint32_t value = 0;
    for (unsigned i = 0; i < size; i++) {
        uint8_t byte;
        if (!source_next(source, &byte))
            return false;
        value |= (uint32_t)byte << 8 * i;
    }
    *number = size == 1 ? (int8_t)value : size == 2 ? (int16_t)value : (int32_t)value;
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

bool prefixes_read(struct source *source, struct prefixes *prefixes, uint8_t *opcode)
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

uint8_t prefixes_operand_size(const struct prefixes *prefixes, bool wide)
{
    if (prefixes->rex & REX_W)
        return wide ? 8 : 4;
    return prefixes->operand_size ? 2 : 4;
}

bool operand_read(struct source *source, const struct prefixes *prefixes, uint8_t modrm,
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
    return source_number(source, mod == 1 ? 1 : mod == 2 || no_base ? 4 : 0, &instruction->displacement);
}

// The operand is that of ModRM [rdi] or [rsi].
bool operand_read_string(struct source *source, const struct prefixes *prefixes, bool destination,
                         struct instruction *instruction)
{
    uint8_t segment = destination ? INSTRUCTION_SEGMENT_NONE : prefixes->segment;
    struct prefixes own = {.segment = segment, .address_size = prefixes->address_size};
    return operand_read(source, &own, destination ? 7 : 6, instruction);
}

uint64_t operand_address(const struct instruction *instruction, const uint64_t registers[16],
                         uint64_t next_rip, uint64_t fs_base, uint64_t gs_base, uint64_t displacement)
{
    uint64_t address = (uint64_t)(int64_t)instruction->displacement + displacement;
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
