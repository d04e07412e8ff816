// SPDX-License-Identifier: MIT
//
// Stores of general registers and immediates to memory: decoder and semantics of the instructions that
// compilers and kernels write page tables with. It knows no other instruction, and of these only the forms
// whose destination is in memory.
//
// Invariants: pure, so that nothing happened until the caller commits what it got; never reads at or behind
// bytes[available]; accepts only what a processor would execute; the length is 1 to 15. It trusts nothing.
//
// Source: Intel SDM volume 2, chapter 2 (formats), chapters 3 to 5 (instructions), appendix A (opcode maps).
#ifndef PV_EMULATE_STORE_H
#define PV_EMULATE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "emulate/decode.h"

enum store_kind {
    STORE_UNKNOWN,
    STORE_MOV, // also MOVNTI
    STORE_STOS,
    STORE_MOVS,
    STORE_XCHG, // from here on LOCK is legal
    STORE_CMPXCHG,
    STORE_XADD,
    STORE_ADD,
    STORE_SUB,
    STORE_OR,
    STORE_AND,
    STORE_XOR,
    STORE_INC,
    STORE_DEC,
    STORE_NOT,
    STORE_BTS,
    STORE_BTR,
    STORE_BTC,
    STORE_KINDS // more than every kind
};

// Of `instruction` these fields have a meaning: length, operand_size (1, 2, 4 or 8), repeat (STOS and MOVS
// only, otherwise false), memory (true), and the operand's, which for MOVS is the destination.
struct store {
    struct instruction instruction;
    uint8_t kind;           // enum store_kind
    bool locked;            // atomic: LOCK, or XCHG without
    uint8_t reg;            // number of the source register, or INSTRUCTION_NO_REGISTER; not for MOVS
    bool high;              // the source is bits 8 to 15 of the register: ah, ch, dh or bh
    uint8_t source_segment; // MOVS: INSTRUCTION_SEGMENT_* of the source
    uint64_t immediate;     // without a source register, its sign extended; INC and DEC 1, NOT -1
};

// What a store does, for the caller to commit.
struct store_outcome {
    uint64_t value;     // of the operand, in the low operand_size bytes; above them 0
    uint64_t rflags;    // all of it
    uint64_t reg_value; // all 64 bits of the register that changes
    uint8_t reg;        // its number, or INSTRUCTION_NO_REGISTER
    bool written;       // false for a CMPXCHG that found another value: `value` is the old one
};

// Decodes the instruction at the start of bytes, of which `available` may be read.
// Returns true and fills in *store if it is one of the kinds, complete, and legal as it stands; otherwise
// false, and *store has no meaning.
bool store_decode(const uint8_t *bytes, unsigned available, struct store *store);

// Linear address of the operand's first byte: instruction_address() (see there for parameters and what the
// result may be), and for BTS, BTR and BTC the bytes that the index in a register adds (SDM volume 2, 3.1.1,
// "Bit(BitBase, BitOffset)", and BTS).
uint64_t store_address(const struct store *store, const uint64_t registers[16], uint64_t next_rip,
                       uint64_t fs_base, uint64_t gs_base);

// Linear address of what MOVS copies. Parameters and result as for instruction_address().
uint64_t store_source_address(const struct store *store, const uint64_t registers[16], uint64_t fs_base,
                              uint64_t gs_base);

// What one execution does, of a string instruction one iteration without the changes of rcx, rsi and rdi.
// old: the operand; moved: what MOVS copies, for other kinds any value; of both only the low operand_size
// bytes count. registers: the general registers in the processor's order. Flags that the SDM leaves undefined
// are kept, but AF after OR, AND and XOR, which becomes 0 as on real processors.
void store_apply(const struct store *store, uint64_t old, uint64_t moved, const uint64_t registers[16],
                 uint64_t rflags, struct store_outcome *outcome);

// How many iterations remain: 1 without a repeat prefix. 0: the instruction ends without a store.
uint64_t store_iterations(const struct store *store, const uint64_t registers[16]);

// Changes rdi, for MOVS rsi, and with a repeat prefix rcx as one iteration of STOS or MOVS does; nothing for
// other kinds. rflags: for its direction flag.
void store_advance(const struct store *store, uint64_t registers[16], uint64_t rflags);

#endif
