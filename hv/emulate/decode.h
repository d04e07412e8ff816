// SPDX-License-Identifier: MIT
//
// Decoder of the instructions that fault in ring 3 of 64-bit mode because they are privileged, need I/O
// privilege, or are sensitive under UMIP. It knows no other instruction.
//
// Invariants: never reads at or behind bytes[available]; accepts only what a processor would execute as the
// reported kind; the length is 1 to 15. It trusts nothing: the bytes are the guest's.
//
// Source: Intel SDM volume 2, chapter 2 (formats, prefixes, ModRM, SIB, REX) and appendix A (opcode maps).
#ifndef PV_EMULATE_DECODE_H
#define PV_EMULATE_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum instruction_kind {
    INSTRUCTION_UNKNOWN,
    INSTRUCTION_CLTS,
    INSTRUCTION_LMSW,
    INSTRUCTION_SMSW,
    INSTRUCTION_INVLPG,
    INSTRUCTION_INVD,
    INSTRUCTION_WBINVD, // also WBNOINVD: writing back is all that both have to do
    INSTRUCTION_LGDT,
    INSTRUCTION_LIDT,
    INSTRUCTION_SGDT,
    INSTRUCTION_SIDT,
    INSTRUCTION_LLDT,
    INSTRUCTION_SLDT,
    INSTRUCTION_LTR,
    INSTRUCTION_STR,
    INSTRUCTION_CLI,
    INSTRUCTION_STI,
    INSTRUCTION_HLT,
    INSTRUCTION_IN,
    INSTRUCTION_OUT,
    INSTRUCTION_INS,
    INSTRUCTION_OUTS,
    INSTRUCTION_RDMSR,
    INSTRUCTION_WRMSR,
    INSTRUCTION_RDPMC,
    INSTRUCTION_SWAPGS,
    INSTRUCTION_XSETBV,
    INSTRUCTION_IRET,
    INSTRUCTION_SYSRET,

    // The number of a move is its second opcode byte, so that the decoder has nothing to compute.
    INSTRUCTION_MOV_FROM_CR = 0x20,
    INSTRUCTION_MOV_FROM_DR = 0x21,
    INSTRUCTION_MOV_TO_CR = 0x22,
    INSTRUCTION_MOV_TO_DR = 0x23,
    INSTRUCTION_KINDS // more than every kind
};

enum decode_status {
    DECODE_OK,
    DECODE_UNKNOWN,   // not one of the kinds, or longer than 15 bytes
    DECODE_CUT_SHORT, // the bytes that are available are the beginning of an instruction that may be known
};

enum {
    INSTRUCTION_LENGTH_MAX = 15,
    INSTRUCTION_NO_REGISTER = 0xff,
    INSTRUCTION_SEGMENT_NONE = 0,
    INSTRUCTION_SEGMENT_FS = 4, // the processor's numbers of the segment registers
    INSTRUCTION_SEGMENT_GS = 5,
};

// Registers are numbered as the processor does: rax 0, rcx 1, rdx 2, rbx 3, rsp 4, rbp 5, rsi 6, rdi 7, r8 to
// r15. Only the fields named for a kind have a meaning; the others may hold anything:
//   every kind                    kind, length, operand_size
//   MOV_{FROM,TO}_{CR,DR}         reg, rm
//   IN, OUT                       port_in_dx; port if that is false
//   LMSW SMSW LLDT SLDT LTR STR   memory; rm if that is false, the fields of the operand if it is true
//   INVLPG LGDT LIDT SGDT SIDT    memory, which is true, and the fields of the operand
//   INS, OUTS                     the same (the base is rdi or rsi), repeat, and port_in_dx, which is true
struct instruction {
    uint8_t kind;         // enum instruction_kind
    uint8_t length;       // bytes, 1 to 15
    uint8_t operand_size; // bytes: 1, 2, 4, 8; 10 for a descriptor table's register; 0 without an operand
    bool port_in_dx;      // the port number is in dx
    uint8_t port;         // immediate port number
    uint8_t reg;          // number of the control or debug register, 0 to 15, whether or not it exists
    uint8_t rm;           // number of the general register, 0 to 15
    bool repeat;          // rcx times
    bool memory;          // the operand is in memory, at instruction_address()

    // Fields of an operand in memory.
    bool rip_relative;    // displacement counts from the next instruction; no base, no index
    uint8_t segment;      // INSTRUCTION_SEGMENT_*: whose base address is added
    uint8_t base;         // register number or INSTRUCTION_NO_REGISTER
    uint8_t index;        // register number or INSTRUCTION_NO_REGISTER
    uint8_t scale;        // 1, 2, 4, 8
    uint8_t address_size; // bytes: 4 or 8; for INS and OUTS also the size of rcx, rsi and rdi in use
    int32_t displacement;
};

// What the opcode alone says, by its first byte, or by 256 + its second byte after 0F. In the header only for
// the inline part of the decoder. It has the first fields of struct instruction, to be copied as one.
struct instruction_opcode {
    uint8_t kind;
    uint8_t length;       // if nothing but an immediate port can follow the opcode, with that; otherwise 0
    uint8_t operand_size; // without prefixes
    bool port_in_dx;
};

#define SAME_PLACE(field) (offsetof(struct instruction, field) == offsetof(struct instruction_opcode, field))
_Static_assert(SAME_PLACE(kind) && SAME_PLACE(length) && SAME_PLACE(operand_size) && SAME_PLACE(port_in_dx),
               "an opcode is copied to the beginning of an instruction");
#undef SAME_PLACE

enum {
    INSTRUCTION_ESCAPED = 256,
    INSTRUCTION_ESCAPED_MAX = 0x33, // the last second byte in the table
};

extern const struct instruction_opcode instruction_opcodes[INSTRUCTION_ESCAPED + INSTRUCTION_ESCAPED_MAX + 1];

// Decodes any form; instruction_decode() without its short cut. Same parameters and result.
enum decode_status instruction_decode_any(const uint8_t *bytes, unsigned available,
                                          struct instruction *instruction);

// Takes over what the opcode says: four bytes in one move.
static inline void instruction_set_opcode(struct instruction *instruction, struct instruction_opcode opcode)
{
    __builtin_memcpy(instruction, &opcode, sizeof opcode);
}

// Fills in a move to or from a control or debug register. modrm: the ModRM byte in the low 8 bits;
// opcode: the second opcode byte, likewise; rex: the REX prefix, likewise, or 0.
static inline void instruction_set_move(struct instruction *instruction, uint32_t opcode, uint32_t modrm,
                                        uint32_t rex)
{
    instruction->kind = (uint8_t)opcode;
    instruction->operand_size = 8;
    instruction->reg = (uint8_t)((modrm >> 3 & 7) | (rex << 1 & 8));
    instruction->rm = (uint8_t)((modrm & 7) | (rex << 3 & 8));
}

// Decodes one of the common forms from its first four bytes, the first in the low 8 bits: forms without
// prefixes, and the moves with one REX prefix, of at most four bytes. Returns false for every other form,
// with *instruction changed or not. Takes about 15 machine instructions.
static inline bool instruction_decode_short(uint32_t word, struct instruction *instruction)
{
    if ((word & 0xfcff) == 0x200f) { // 0F 20 to 0F 23
        instruction_set_move(instruction, word >> 8, word >> 16, 0);
        instruction->length = 3;
        return true;
    }
    if ((word & 0xfcfff0) == 0x200f40) { // the same behind REX
        instruction_set_move(instruction, word >> 16, word >> 24, word);
        instruction->length = 4;
        return true;
    }

    unsigned place = word & 0xff;
    if (place == 0x0f) {
        place = INSTRUCTION_ESCAPED + (word >> 8 & 0xff);
    }
    if (place > INSTRUCTION_ESCAPED + INSTRUCTION_ESCAPED_MAX || instruction_opcodes[place].length == 0) {
        return false;
    }
    instruction_set_opcode(instruction, instruction_opcodes[place]);
    instruction->port = (uint8_t)(word >> 8);
    return true;
}

// Decodes the instruction at the start of bytes, of which `available` may be read.
// Returns DECODE_OK and fills in *instruction (see there for which fields); otherwise *instruction has no
// meaning.
static inline enum decode_status instruction_decode(const uint8_t *bytes, unsigned available,
                                                    struct instruction *instruction)
{
    uint32_t word;

    if (available >= sizeof(word)) {
        __builtin_memcpy(&word, bytes, sizeof(word));
        if (instruction_decode_short(word, instruction)) {
            return DECODE_OK;
        }
    }
    return instruction_decode_any(bytes, available, instruction);
}

// Effective (linear) address of an operand in memory (instruction->memory).
// registers: general registers in the processor's order; next_rip: address of the next instruction;
// fs_base, gs_base: base addresses of these segments. The result wraps, and it may be non-canonical or any
// address of the hypervisor's: check it before use.
uint64_t instruction_address(const struct instruction *instruction, const uint64_t registers[16],
                             uint64_t next_rip, uint64_t fs_base, uint64_t gs_base);

#endif
