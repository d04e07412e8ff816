// SPDX-License-Identifier: MIT
//
// What the formats of all instructions have in common: legacy and REX prefixes, ModRM with SIB and
// displacement, numbers. Internal to the decoders of this folder.
//
// Invariant: only source_next() looks at the guest's bytes; it ends at `available`. It trusts nothing.
//
// Source: Intel SDM volume 2, chapter 2.
#ifndef PV_EMULATE_OPERAND_H
#define PV_EMULATE_OPERAND_H

#include <stdbool.h>
#include <stdint.h>

#include "emulate/decode.h"

struct source {
    const uint8_t *bytes;
    unsigned available; // at most INSTRUCTION_LENGTH_MAX
    unsigned position;
};

struct prefixes {
    uint8_t rex;       // the REX prefix directly before the opcode, or 0
    uint8_t segment;   // INSTRUCTION_SEGMENT_*
    bool repeat;       // F2 or F3
    bool operand_size; // 66
    bool address_size; // 67
};

enum { REX_B = 1, REX_X = 2, REX_R = 4, REX_W = 8 };

// A source at the first of `available` bytes, or of as many as an instruction may have.
static inline struct source source_open(const uint8_t *bytes, unsigned available)
{
    unsigned limit = available < INSTRUCTION_LENGTH_MAX ? available : INSTRUCTION_LENGTH_MAX;
    return (struct source){bytes, limit, 0};
}

// Takes the next byte; returns false if there is none.
static inline bool source_next(struct source *source, uint8_t *byte)
{
    if (source->position >= source->available)
        return false;
    *byte = source->bytes[source->position++];
    return true;
}

// Takes a little-endian number of 0, 1, 2 or 4 bytes and extends its sign; of 0 bytes it is 0.
// Returns false if the source ended before the number did.
bool source_number(struct source *source, unsigned size, int32_t *number);

// Takes all prefixes but LOCK, and the byte behind them: the first of the opcode, or F0. Adds what they say
// to *prefixes, which the caller zeroed; a REX prefix that is not the last prefix has no effect.
// Returns false if the source ended before that byte.
bool prefixes_read(struct source *source, struct prefixes *prefixes, uint8_t *opcode);

// The size in bytes of an operand that is 4 bytes by default, and 8 with REX.W if `wide`.
uint8_t prefixes_operand_size(const struct prefixes *prefixes, bool wide);

// Fills in the operand in memory that `modrm` (below C0) says; takes SIB and displacement (SDM volume 2,
// 2.1.5 and 2.2.1.2 to 2.2.1.6). Returns false if the source ended before they did.
bool operand_read(struct source *source, const struct prefixes *prefixes, uint8_t modrm,
                  struct instruction *instruction);

// Fills in the operand of a string instruction: [rdi], whose segment cannot be overridden, if it is the
// destination, [rsi] otherwise. Takes nothing from the source.
bool operand_read_string(struct source *source, const struct prefixes *prefixes, bool destination,
                         struct instruction *instruction);

// instruction_address() of the operand `displacement` bytes further on, where the address size wraps.
uint64_t operand_address(const struct instruction *instruction, const uint64_t registers[16],
                         uint64_t next_rip, uint64_t fs_base, uint64_t gs_base, uint64_t displacement);

#endif
