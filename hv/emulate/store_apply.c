// SPDX-License-Identifier: MIT
//
// What stores do to their operand, to registers and to flags.
//
// Invariant: pure functions of a decoded store; nothing is changed but what the caller gave for the result.
// It trusts that store_decode() made the store, and nothing in values, registers and flags.
//
// Source: Intel SDM volume 1, 3.4.3.1 (status flags) and 3.4.1.1 (registers in 64-bit mode); volume 2,
// chapters 3 to 5, "Operation" and "Flags Affected" of each instruction.
#include "emulate/store.h"

enum {
    FLAG_CF = 0x1,
    FLAG_PF = 0x4,
    FLAG_AF = 0x10,
    FLAG_ZF = 0x40,
    FLAG_SF = 0x80,
    FLAG_DF = 0x400,
    FLAG_OF = 0x800,
    FLAGS_COUNT = FLAG_PF | FLAG_AF | FLAG_ZF | FLAG_SF | FLAG_OF, // those of INC and DEC
    FLAGS_ALL = FLAGS_COUNT | FLAG_CF,
};

// The flags that each kind changes.
static const uint16_t changed_flags[STORE_KINDS] = {
    [STORE_CMPXCHG] = FLAGS_ALL, [STORE_XADD] = FLAGS_ALL, [STORE_ADD] = FLAGS_ALL, [STORE_SUB] = FLAGS_ALL,
    [STORE_OR] = FLAGS_ALL,      [STORE_AND] = FLAGS_ALL,  [STORE_XOR] = FLAGS_ALL, [STORE_INC] = FLAGS_COUNT,
    [STORE_DEC] = FLAGS_COUNT,   [STORE_BTS] = FLAG_CF,    [STORE_BTR] = FLAG_CF,   [STORE_BTC] = FLAG_CF,
};

static uint64_t size_mask(unsigned size)
{
    return UINT64_MAX >> (64 - 8 * size);
}

// The second operand, with anything in bits above it; for BTS, BTR and BTC the bit that the index says.
static uint64_t store_source(const struct store *store, uint64_t moved, const uint64_t registers[16])
{
    uint64_t value = store->immediate;

    if (store->kind == STORE_MOVS)
        value = moved;
    else if (store->reg != INSTRUCTION_NO_REGISTER)
        value = registers[store->reg] >> (store->high ? 8 : 0);
    if (store->kind >= STORE_BTS)
        value = (uint64_t)1 << (value & (8u * store->instruction.operand_size - 1));
    return value;
}

// What the operand becomes, but for bits above it.
static uint64_t store_result(unsigned kind, uint64_t old, uint64_t source)
{
    switch (kind) {
    case STORE_XADD:
    case STORE_ADD:
    case STORE_INC:
        return old + source;
    case STORE_SUB:
    case STORE_DEC:
        return old - source;
    case STORE_OR:
    case STORE_BTS:
        return old | source;
    case STORE_AND:
        return old & source;
    case STORE_BTR:
        return old & ~source;
    case STORE_XOR:
    case STORE_NOT:
    case STORE_BTC:
        return old ^ source;
    default:
        return source;
    }
}

// The carry, or borrow, out of each bit of first + second, or first - second; of other operations none. For
// BTS, BTR and BTC all bits say what the selected one was.
static uint64_t store_carries(unsigned kind, uint64_t first, uint64_t second, uint64_t result)
{
    switch (kind) {
    case STORE_XADD:
    case STORE_ADD:
    case STORE_INC:
        return (first & second) | ((first | second) & ~result);
    case STORE_CMPXCHG:
    case STORE_SUB:
    case STORE_DEC:
        return (~first & second) | ((~first | second) & result);
    case STORE_BTS:
    case STORE_BTR:
    case STORE_BTC:
        return first & second ? UINT64_MAX : 0;
    default:
        return 0;
    }
}

// The status flags of a result. 0x9669 has a bit set for each nibble with an even number of them.
static uint64_t flags_of(uint64_t result, uint64_t carries, unsigned size)
{
    unsigned top = 8 * size - 1;
    uint64_t flags = carries >> top & 1 ? FLAG_CF : 0;

    flags |= 0x9669u >> ((result ^ result >> 4) & 15) & 1 ? FLAG_PF : 0;
    flags |= carries >> 3 & 1 ? FLAG_AF : 0;
    flags |= (result & size_mask(size)) == 0 ? FLAG_ZF : 0;
    flags |= result >> top & 1 ? FLAG_SF : 0;
    flags |= (carries >> top ^ carries >> (top - 1)) & 1 ? FLAG_OF : 0;
    return flags;
}

// Says that a register gets a value of the operand's size.
static void outcome_set_register(struct store_outcome *outcome, unsigned size, unsigned reg, bool high,
                                 uint64_t before, uint64_t value)
{
    uint64_t kept = size >= 4 ? 0 : ~(size_mask(size) << (high ? 8 : 0));
    outcome->reg = (uint8_t)reg;
    outcome->reg_value = (before & kept) | value << (high ? 8 : 0);
}

void store_apply(const struct store *store, uint64_t old, uint64_t moved, const uint64_t registers[16],
                 uint64_t rflags, struct store_outcome *outcome)
{
    unsigned kind = store->kind, size = store->instruction.operand_size;
    uint64_t mask = size_mask(size), first = old & mask, second = store_source(store, moved, registers);
    uint64_t result = store_result(kind, first, second);

    *outcome = (struct store_outcome){
        .value = result & mask, .rflags = rflags, .reg = INSTRUCTION_NO_REGISTER, .written = true};
    if (kind == STORE_XCHG || kind == STORE_XADD)
        outcome_set_register(outcome, size, store->reg, store->high, registers[store->reg], first);
    if (kind == STORE_CMPXCHG) {
        second = first;
        first = registers[0] & mask;
        result = first - second;
        outcome->written = first == second;
    }
    if (!outcome->written) {
        outcome->value = second;
        outcome_set_register(outcome, size, 0, false, registers[0], second);
    }
    if (changed_flags[kind] != 0) {
        uint64_t flags = flags_of(result, store_carries(kind, first, second, result), size);
        outcome->rflags = (rflags & ~(uint64_t)changed_flags[kind]) | (flags & changed_flags[kind]);
    }
}

uint64_t store_iterations(const struct store *store, const uint64_t registers[16])
{
    if (!store->instruction.repeat)
        return 1;
    return registers[1] & size_mask(store->instruction.address_size);
}

void store_advance(const struct store *store, uint64_t registers[16], uint64_t rflags)
{
    uint64_t mask = size_mask(store->instruction.address_size), step = store->instruction.operand_size;

    if (store->kind != STORE_STOS && store->kind != STORE_MOVS)
        return;
    if (rflags & FLAG_DF)
        step = -step;
    registers[7] = (registers[7] + step) & mask;
    if (store->kind == STORE_MOVS)
        registers[6] = (registers[6] + step) & mask;
    if (store->instruction.repeat)
        registers[1] = (registers[1] - 1) & mask;
}
