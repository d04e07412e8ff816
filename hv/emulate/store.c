// SPDX-License-Identifier: MIT
//
// Decoder of stores: prefixes with LOCK, opcode, ModRM, SIB, displacement, immediate; and their addresses.
// What they do is in store_apply.c.
//
// Invariant: reads the guest's bytes through source_next() only. It trusts nothing.
#include "emulate/store.h"

#include "emulate/operand.h"

// Where the source operand comes from.
enum { FROM_REGISTER, FROM_IMMEDIATE, FROM_IMMEDIATE_BYTE, FROM_KIND };

// Kinds of the table that ModRM.reg resolves.
enum { GROUP_1 = STORE_KINDS, GROUP_3, GROUP_4, GROUP_8, GROUP_11, GROUP_END };

static const uint8_t groups[GROUP_END - STORE_KINDS][8] = {
    [GROUP_1 - STORE_KINDS] = {STORE_ADD, STORE_OR, 0, 0, STORE_AND, STORE_SUB, STORE_XOR, 0},
    [GROUP_3 - STORE_KINDS] = {0, 0, STORE_NOT},
    [GROUP_4 - STORE_KINDS] = {STORE_INC, STORE_DEC},
    [GROUP_8 - STORE_KINDS] = {0, 0, 0, 0, 0, STORE_BTS, STORE_BTR, STORE_BTC},
    [GROUP_11 - STORE_KINDS] = {STORE_MOV},
};

struct store_opcode {
    uint8_t kind : 5; // or GROUP_*
    uint8_t from : 2;
    uint8_t byte : 1; // the operand is a byte
};
_Static_assert(GROUP_END <= 32, "a kind has five bits");

// Behind the opcodes of one byte, those of two bytes by their second one.
enum { ESCAPED_FIRST = 0xab, ESCAPED_LAST = 0xc3, ESCAPED_PLACE = 256 - ESCAPED_FIRST };

#define PAIR(opcode, kind, from) [opcode] = {kind, from, 1}, [(opcode) + 1] = {kind, from, 0}
#define ESCAPED(second)          (ESCAPED_PLACE + (second))

static const struct store_opcode opcodes[ESCAPED(ESCAPED_LAST) + 1] = {
    PAIR(0x00, STORE_ADD, FROM_REGISTER),
    PAIR(0x08, STORE_OR, FROM_REGISTER),
    PAIR(0x20, STORE_AND, FROM_REGISTER),
    PAIR(0x28, STORE_SUB, FROM_REGISTER),
    PAIR(0x30, STORE_XOR, FROM_REGISTER),
    PAIR(0x80, GROUP_1, FROM_IMMEDIATE),
    [0x83] = {GROUP_1, FROM_IMMEDIATE_BYTE, 0},
    PAIR(0x86, STORE_XCHG, FROM_REGISTER),
    PAIR(0x88, STORE_MOV, FROM_REGISTER),
    PAIR(0xa4, STORE_MOVS, FROM_KIND),
    PAIR(0xaa, STORE_STOS, FROM_KIND),
    PAIR(0xc6, GROUP_11, FROM_IMMEDIATE),
    PAIR(0xf6, GROUP_3, FROM_KIND),
    PAIR(0xfe, GROUP_4, FROM_KIND),
    [ESCAPED(0xab)] = {STORE_BTS, FROM_REGISTER, 0},
    PAIR(ESCAPED(0xb0), STORE_CMPXCHG, FROM_REGISTER),
    [ESCAPED(0xb3)] = {STORE_BTR, FROM_REGISTER, 0},
    [ESCAPED(0xba)] = {GROUP_8, FROM_IMMEDIATE_BYTE, 0},
    [ESCAPED(0xbb)] = {STORE_BTC, FROM_REGISTER, 0},
    PAIR(ESCAPED(0xc0), STORE_XADD, FROM_REGISTER),
    [ESCAPED(0xc3)] = {STORE_MOV, FROM_REGISTER, 0}, // MOVNTI
};

static bool store_prefixes_read(struct source *source, struct prefixes *prefixes, struct store *store,
                                uint8_t *opcode)
{
    while (prefixes_read(source, prefixes, opcode)) {
        if (*opcode != 0xf0)
            return true;
        store->locked = true;
        prefixes->rex = 0;
    }
    return false;
}

// Takes the rest of an opcode whose first byte is `byte`. MOVNTI is the only instruction here that 66, F2 and
// F3 are not for.
static bool opcode_read(struct source *source, const struct prefixes *prefixes, uint8_t byte,
                        struct store_opcode *opcode)
{
    unsigned place = byte;
    if (byte == 0x0f) {
        if (!source_next(source, &byte) || byte < ESCAPED_FIRST || byte > ESCAPED_LAST)
            return false;
        place = ESCAPED(byte);
        if (byte == 0xc3 && (prefixes->operand_size || prefixes->repeat))
            return false;
    }
    *opcode = opcodes[place];
    return true;
}

// Takes the source operand. reg: the register that ModRM names.
static bool store_source_read(struct source *source, const struct prefixes *prefixes, unsigned from,
                              unsigned reg, struct store *store)
{
    unsigned size = store->instruction.operand_size;
    int32_t number = store->kind == STORE_NOT ? -1 : 1;

    if (from == FROM_REGISTER) {
        store->high = size == 1 && prefixes->rex == 0 && reg >= 4;
        store->reg = (uint8_t)(store->high ? reg - 4 : reg);
        return true;
    }
    store->reg = INSTRUCTION_NO_REGISTER;
    if (from == FROM_IMMEDIATE_BYTE)
        size = 1;
    else if (size > 4)
        size = 4;
    if (from != FROM_KIND && !source_number(source, size, &number))
        return false;
    store->immediate = (uint64_t)(int64_t)number;
    return true;
}

// STOS stores register 0.
static bool string_decode(struct source *source, const struct prefixes *prefixes, struct store *store)
{
    store->instruction.repeat = prefixes->repeat;
    store->source_segment = prefixes->segment;
    return operand_read_string(source, prefixes, true, &store->instruction);
}

// Decodes what follows the opcode. Returns false also for a member of a group that is of no kind.
static bool operands_decode(struct source *source, const struct prefixes *prefixes,
                            struct store_opcode opcode, struct store *store)
{
    uint8_t modrm;

    store->kind = opcode.kind;
    store->instruction.operand_size = opcode.byte ? 1 : prefixes_operand_size(prefixes, true);
    if (store->kind == STORE_STOS || store->kind == STORE_MOVS)
        return string_decode(source, prefixes, store);
    if (store->kind == STORE_UNKNOWN || !source_next(source, &modrm) || modrm >= 0xc0)
        return false;

    unsigned reg = modrm >> 3 & 7;
    if (store->kind >= STORE_KINDS)
        store->kind = groups[store->kind - STORE_KINDS][reg];
    if (prefixes->rex & REX_R)
        reg |= 8;
    return store->kind != STORE_UNKNOWN && operand_read(source, prefixes, modrm, &store->instruction) &&
           store_source_read(source, prefixes, opcode.from, reg, store);
}

bool store_decode(const uint8_t *bytes, unsigned available, struct store *store)
{
    struct source source = source_open(bytes, available);
    struct prefixes prefixes = {0};
    struct store_opcode opcode;
    uint8_t byte;

    *store = (struct store){0};
    if (!store_prefixes_read(&source, &prefixes, store, &byte) ||
        !opcode_read(&source, &prefixes, byte, &opcode) ||
        !operands_decode(&source, &prefixes, opcode, store))
        return false;
    store->instruction.length = (uint8_t)source.position;
    if (store->kind < STORE_XCHG)
        return !store->locked;
    store->locked |= store->kind == STORE_XCHG;
    return true;
}

// The bytes that a bit index in a register adds to the address; it is signed, and in units of the operand.
static uint64_t bit_displacement(const struct store *store, const uint64_t registers[16])
{
    if (store->kind < STORE_BTS || store->reg == INSTRUCTION_NO_REGISTER)
        return 0;
    unsigned size = store->instruction.operand_size, unused = 64 - 8 * size;
    int64_t index = (int64_t)(registers[store->reg] << unused) >> unused;
    return (uint64_t)(index >> 3) & -(uint64_t)size;
}

uint64_t store_address(const struct store *store, const uint64_t registers[16], uint64_t next_rip,
                       uint64_t fs_base, uint64_t gs_base)
{
    return operand_address(&store->instruction, registers, next_rip, fs_base, gs_base,
                           bit_displacement(store, registers));
}

uint64_t store_source_address(const struct store *store, const uint64_t registers[16], uint64_t fs_base,
                              uint64_t gs_base)
{
    struct instruction source = store->instruction;
    source.base = 6;
    source.segment = store->source_segment;
    return operand_address(&source, registers, 0, fs_base, gs_base, 0);
}
