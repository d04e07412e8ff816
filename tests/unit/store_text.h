// SPDX-License-Identifier: MIT
// Decoded stores as text, in which only the fields stand that have a meaning; and the call of their decoder
// that its tests use.
#ifndef PV_TESTS_UNIT_STORE_TEXT_H
#define PV_TESTS_UNIT_STORE_TEXT_H

#include "emulate/store.h"
#include "guarded.h"
#include "instruction_text.h"

static const char *const store_names[STORE_KINDS] = {
    [STORE_MOV] = "mov",         [STORE_STOS] = "stos", [STORE_MOVS] = "movs", [STORE_XCHG] = "xchg",
    [STORE_CMPXCHG] = "cmpxchg", [STORE_XADD] = "xadd", [STORE_ADD] = "add",   [STORE_SUB] = "sub",
    [STORE_OR] = "or",           [STORE_AND] = "and",   [STORE_XOR] = "xor",   [STORE_INC] = "inc",
    [STORE_DEC] = "dec",         [STORE_NOT] = "not",   [STORE_BTS] = "bts",   [STORE_BTR] = "btr",
    [STORE_BTC] = "btc",
};

// The immediate as far as it counts: in the operand's size, of a bit index one byte.
static inline uint64_t store_immediate(const struct store *store)
{
    unsigned size = store->kind >= STORE_BTS ? 1 : store->instruction.operand_size;
    return store->immediate & UINT64_MAX >> (64 - 8 * size);
}

// The text of a store, such as "lock or 5 size=8 [r7+0]a8 imm=20" or "rep movs 3 size=8 [r7+0]a8 from fs:",
// in TEXT bytes.
static inline void describe_store(const struct store *store, char *text)
{
    const struct instruction *i = &store->instruction;
    text[0] = 0;
    append(text, "%s%s%s %u size=%u", store->locked ? "lock " : "", i->repeat ? "rep " : "",
           store_names[store->kind], i->length, i->operand_size);
    if (i->memory)
        describe_memory(i, text);
    if (store->kind == STORE_MOVS)
        append(text, " from %s",
               store->source_segment == INSTRUCTION_SEGMENT_FS   ? "fs:"
               : store->source_segment == INSTRUCTION_SEGMENT_GS ? "gs:"
                                                                 : "ds:");
    else if (store->reg != INSTRUCTION_NO_REGISTER)
        append(text, " r%u%s", store->reg, store->high ? "h" : "");
    else
        append(text, " imm=%lx", store_immediate(store));
}

// Decodes from memory that ends behind the available bytes. The structure is filled with garbage before.
static inline bool decode_store(const uint8_t *bytes, size_t available, struct store *store)
{
    memset(store, 0xa5, sizeof *store);
    return store_decode(guarded_copy(bytes, available), (unsigned)available, store);
}

#endif
