// SPDX-License-Identifier: MIT
// The decoder of stores against an independent disassembler (capstone): all opcodes, ModRM and SIB bytes,
// under random prefixes. What the decoder accepts must have the same length and operands there; what it
// refuses must be no store of a known kind there. LOCK is left to the processor itself (store_processor.c).
#include "disassembler.h"
#include "random_instruction.h"
#include "store_text.h"

#include <criterion/criterion.h>

static const struct {
    unsigned id;
    uint8_t kind;
} disassembler_kinds[] = {
    {X86_INS_MOV, STORE_MOV},    {X86_INS_MOVNTI, STORE_MOV}, {X86_INS_STOSB, STORE_STOS},
    {X86_INS_STOSW, STORE_STOS}, {X86_INS_STOSD, STORE_STOS}, {X86_INS_STOSQ, STORE_STOS},
    {X86_INS_MOVSB, STORE_MOVS}, {X86_INS_MOVSW, STORE_MOVS}, {X86_INS_MOVSD, STORE_MOVS},
    {X86_INS_MOVSQ, STORE_MOVS}, {X86_INS_XCHG, STORE_XCHG},  {X86_INS_CMPXCHG, STORE_CMPXCHG},
    {X86_INS_XADD, STORE_XADD},  {X86_INS_ADD, STORE_ADD},    {X86_INS_SUB, STORE_SUB},
    {X86_INS_OR, STORE_OR},      {X86_INS_AND, STORE_AND},    {X86_INS_XOR, STORE_XOR},
    {X86_INS_INC, STORE_INC},    {X86_INS_DEC, STORE_DEC},    {X86_INS_NOT, STORE_NOT},
    {X86_INS_BTS, STORE_BTS},    {X86_INS_BTR, STORE_BTR},    {X86_INS_BTC, STORE_BTC},
};

static void take_source(csh handle, const cs_x86_op *op, struct store *out)
{
    const char *name = op->type == X86_OP_REG ? cs_reg_name(handle, op->reg) : "";
    if (op->type == X86_OP_MEM)
        out->source_segment = disassembler_segment(op->mem.segment);
    if (op->type == X86_OP_IMM)
        out->immediate = (uint64_t)op->imm;
    if (op->type != X86_OP_REG)
        return;
    out->high = strlen(name) == 2 && name[1] == 'h';
    out->reg = out->high ? (uint8_t)(strchr("acdb", name[0]) - "acdb")
                         : (uint8_t)disassembler_register(handle, op->reg);
}

// Kinds that share their name with instructions on segment registers, on an absolute address of 64 bits, and
// on SSE registers.
static bool other_with_that_name(const cs_x86 *x86)
{
    const uint8_t *opcode = x86->opcode;
    return opcode[0] == 0x8c || opcode[0] == 0xa2 || opcode[0] == 0xa3 ||
           (opcode[0] == 0x0f && (opcode[1] == 0x10 || opcode[1] == 0x11));
}

static bool has_prefix(const cs_insn *insn, uint8_t prefix)
{
    for (unsigned i = 0; i < insn->size && is_prefix(insn->bytes[i]); i++)
        if (insn->bytes[i] == prefix)
            return true;
    return false;
}

// Capstone 4 takes F2 and F3 for a part of the opcode, and then forgets 66 and that MOVS repeats; and it
// knows MOVNTI under any prefix. The processor itself agrees with the decoder (store_processor.c).
static bool correct(const cs_insn *insn, struct store *out)
{
    bool repeat = has_prefix(insn, 0xf2) || has_prefix(insn, 0xf3), narrow = has_prefix(insn, 0x66);
    if (repeat && narrow && out->instruction.operand_size == 4)
        out->instruction.operand_size = 2;
    if (out->kind == STORE_STOS || out->kind == STORE_MOVS)
        out->instruction.repeat = repeat;
    return insn->id != X86_INS_MOVNTI || !(repeat || narrow);
}

// False if the instruction is none of the decoder's kinds, or its destination is not in memory.
static bool translate(csh handle, const cs_insn *insn, struct store *out)
{
    const cs_x86 *x86 = &insn->detail->x86;
    const cs_x86_op *to = &x86->operands[0];
    *out = (struct store){.reg = INSTRUCTION_NO_REGISTER};
    for (size_t i = 0; i < sizeof disassembler_kinds / sizeof *disassembler_kinds; i++)
        if (disassembler_kinds[i].id == insn->id)
            out->kind = disassembler_kinds[i].kind;
    if (out->kind == STORE_UNKNOWN || to->type != X86_OP_MEM || other_with_that_name(x86))
        return false;
    out->instruction.length = (uint8_t)insn->size;
    out->instruction.operand_size = to->size;
    disassembler_memory(handle, x86, &to->mem, &out->instruction);
    if (x86->op_count == 2)
        take_source(handle, &x86->operands[1], out);
    else
        out->immediate = out->kind == STORE_NOT ? UINT64_MAX : 1;
    out->locked = out->kind == STORE_XCHG;
    return correct(insn, out);
}

static void compare(struct disassembler *comparison, const uint8_t *bytes, size_t count)
{
    struct store ours, theirs;
    char our_text[TEXT], their_text[TEXT], hex[80] = "";
    for (size_t i = 0; i < count; i++)
        sprintf(hex + 3 * i, "%02x ", bytes[i]);

    bool accepted = decode_store(bytes, count, &ours);
    const uint8_t *code = bytes;
    uint64_t address = 0;
    bool known = cs_disasm_iter(comparison->handle, &code, &count, &address, comparison->insn) &&
                 translate(comparison->handle, comparison->insn, &theirs);
    cr_assert_eq(accepted, known, "%s: accepted %u, known %u", hex, accepted, known);
    if (!accepted)
        return;
    describe_store(&ours, our_text);
    describe_store(&theirs, their_text);
    cr_assert_str_eq(our_text, their_text, "%s: '%s', the disassembler says '%s'", hex, our_text, their_text);
    comparison->agreed++;
}

static void compare_form(struct disassembler *comparison, unsigned opcode, unsigned modrm, unsigned sib)
{
    uint8_t bytes[24];
    unsigned count = random_form(bytes, opcode, modrm, sib, 8);

    compare(comparison, bytes, count);
}

Test(store, agrees_with_a_disassembler_on_every_opcode)
{
    struct disassembler comparison = disassembler_open();
    for (unsigned opcode = 0; opcode < 512; opcode++)
        for (unsigned i = 0; i < 1024 && !is_prefix(opcode); i++)
            compare_form(&comparison, opcode, i & 0xff, random_number() & 0xff);
    cr_assert_gt(comparison.agreed, 20000);
    disassembler_close(&comparison);
}

Test(store, agrees_with_a_disassembler_on_every_modrm_and_sib)
{
    static const uint16_t opcodes[] = {0x89, 0x88, 0xc7, 0x80, 0x1ba, 0x1b1, 0xff};
    struct disassembler comparison = disassembler_open();
    for (unsigned i = 0; i < sizeof opcodes / sizeof *opcodes; i++)
        for (unsigned modrm = 0; modrm < 256; modrm++)
            for (unsigned sib = 0; sib < 256; sib++)
                compare_form(&comparison, opcodes[i], modrm, sib);
    cr_assert_gt(comparison.agreed, 150000);
    disassembler_close(&comparison);
}
