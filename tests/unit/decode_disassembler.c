// SPDX-License-Identifier: MIT
// The instruction decoder against an independent disassembler (capstone): all opcodes, ModRM and SIB bytes,
// under random prefixes. What the decoder accepts must have the same length and operands there; what it
// refuses must be of no known kind there.
#include "disassembler.h"
#include "instruction_text.h"
#include "random_instruction.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static const struct {
    unsigned id;
    uint8_t kind;
    uint8_t size; // 0: that of the operand
} disassembler_kinds[] = {
    {X86_INS_CLTS, INSTRUCTION_CLTS, 0},     {X86_INS_LMSW, INSTRUCTION_LMSW, 2},
    {X86_INS_SMSW, INSTRUCTION_SMSW, 0},     {X86_INS_INVLPG, INSTRUCTION_INVLPG, 0},
    {X86_INS_INVD, INSTRUCTION_INVD, 0},     {X86_INS_WBINVD, INSTRUCTION_WBINVD, 0},
    {X86_INS_LGDT, INSTRUCTION_LGDT, 10},    {X86_INS_LIDT, INSTRUCTION_LIDT, 10},
    {X86_INS_SGDT, INSTRUCTION_SGDT, 10},    {X86_INS_SIDT, INSTRUCTION_SIDT, 10},
    {X86_INS_LLDT, INSTRUCTION_LLDT, 2},     {X86_INS_SLDT, INSTRUCTION_SLDT, 0},
    {X86_INS_LTR, INSTRUCTION_LTR, 2},       {X86_INS_STR, INSTRUCTION_STR, 0},
    {X86_INS_CLI, INSTRUCTION_CLI, 0},       {X86_INS_STI, INSTRUCTION_STI, 0},
    {X86_INS_HLT, INSTRUCTION_HLT, 0},       {X86_INS_IN, INSTRUCTION_IN, 0},
    {X86_INS_OUT, INSTRUCTION_OUT, 0},       {X86_INS_INSB, INSTRUCTION_INS, 1},
    {X86_INS_INSW, INSTRUCTION_INS, 2},      {X86_INS_INSD, INSTRUCTION_INS, 4},
    {X86_INS_OUTSB, INSTRUCTION_OUTS, 1},    {X86_INS_OUTSW, INSTRUCTION_OUTS, 2},
    {X86_INS_OUTSD, INSTRUCTION_OUTS, 4},    {X86_INS_RDMSR, INSTRUCTION_RDMSR, 0},
    {X86_INS_WRMSR, INSTRUCTION_WRMSR, 0},   {X86_INS_RDPMC, INSTRUCTION_RDPMC, 0},
    {X86_INS_SWAPGS, INSTRUCTION_SWAPGS, 0}, {X86_INS_XSETBV, INSTRUCTION_XSETBV, 0},
    {X86_INS_IRET, INSTRUCTION_IRET, 2},     {X86_INS_IRETD, INSTRUCTION_IRET, 4},
    {X86_INS_IRETQ, INSTRUCTION_IRET, 8},    {X86_INS_SYSRET, INSTRUCTION_SYSRET, 4},
};

static void take_special_register(csh handle, unsigned reg, bool to, struct instruction *out)
{
    const char *name = cs_reg_name(handle, reg);
    if (!name || (strncmp(name, "cr", 2) != 0 && strncmp(name, "dr", 2) != 0))
        return;
    if (name[0] == 'c')
        out->kind = to ? INSTRUCTION_MOV_TO_CR : INSTRUCTION_MOV_FROM_CR;
    else
        out->kind = to ? INSTRUCTION_MOV_TO_DR : INSTRUCTION_MOV_FROM_DR;
    out->reg = (uint8_t)atoi(name + 2);
    out->operand_size = 8;
}

static void take_operand(csh handle, const cs_x86 *x86, unsigned place, struct instruction *out)
{
    const cs_x86_op *op = &x86->operands[place];
    if (op->type == X86_OP_MEM) {
        disassembler_memory(handle, x86, &op->mem, out);
    } else if (op->type == X86_OP_IMM) {
        out->port = (uint8_t)op->imm;
    } else if (kind_is_port(out->kind)) {
        bool port = out->kind == INSTRUCTION_IN ? place == 1 : place == 0;
        if (port)
            out->port_in_dx = true;
        else if (!out->operand_size)
            out->operand_size = op->size;
    } else if (disassembler_register(handle, op->reg) != INSTRUCTION_NO_REGISTER) {
        out->rm = (uint8_t)disassembler_register(handle, op->reg);
        if (!out->operand_size)
            out->operand_size = op->size;
    }
}

// False if the instruction is none of the decoder's kinds.
static bool translate(csh handle, const cs_insn *insn, struct instruction *out)
{
    const cs_x86 *x86 = &insn->detail->x86;
    *out = (struct instruction){.length = (uint8_t)insn->size};
    for (size_t i = 0; i < sizeof disassembler_kinds / sizeof *disassembler_kinds; i++)
        if (disassembler_kinds[i].id == insn->id) {
            out->kind = disassembler_kinds[i].kind;
            out->operand_size = disassembler_kinds[i].size;
        }
    if (insn->id == X86_INS_MOV && x86->op_count == 2)
        for (unsigned i = 0; i < 2; i++)
            if (x86->operands[i].type == X86_OP_REG)
                take_special_register(handle, x86->operands[i].reg, i == 0, out);
    if (out->kind == INSTRUCTION_UNKNOWN)
        return false;
    for (unsigned i = 0; i < x86->op_count; i++)
        take_operand(handle, x86, i, out);
    if (out->kind == INSTRUCTION_SYSRET && x86->rex & 8)
        out->operand_size = 8;
    bool writes =
        out->kind == INSTRUCTION_SMSW || out->kind == INSTRUCTION_SLDT || out->kind == INSTRUCTION_STR;
    if (writes && out->memory)
        out->operand_size = 2;
    if (kind_is_string(out->kind)) {
        out->port_in_dx = true; // capstone does not name it for INS
        out->repeat = x86->prefix[0] != 0;
    }
    return true;
}

static bool has_byte(const cs_insn *insn, int byte)
{
    return memchr(insn->bytes, byte, insn->size) != NULL;
}

// Whether capstone 4 is known to give wrong operand sizes: ports with REX.W (which is without effect, but
// overrides 66), and what has both 66 and F2 or F3. The decoder's own table of encodings has these cases.
static bool size_unsure(const cs_insn *insn, unsigned kind)
{
    bool both = has_byte(insn, 0x66) && (has_byte(insn, 0xf2) || has_byte(insn, 0xf3));
    bool wide = insn->detail->x86.rex & 8;
    return (kind_is_port(kind) && (wide || both)) || (kind == INSTRUCTION_IRET && both);
}

static void compare(struct disassembler *comparison, const uint8_t *bytes, size_t count)
{
    struct instruction ours, theirs;
    char our_text[TEXT], their_text[TEXT], hex[64] = "";
    for (size_t i = 0; i < count; i++)
        sprintf(hex + 3 * i, "%02x ", bytes[i]);

    enum decode_status status = decode(bytes, count, &ours);
    const uint8_t *code = bytes;
    uint64_t address = 0;
    bool known = cs_disasm_iter(comparison->handle, &code, &count, &address, comparison->insn) &&
                 translate(comparison->handle, comparison->insn, &theirs);
    if (status != DECODE_OK) {
        // The disassembler does not mind 66, F2 and F3 where the decoder does.
        bool reserved = known && (theirs.kind == INSTRUCTION_SWAPGS || theirs.kind == INSTRUCTION_XSETBV);
        cr_assert(!known || reserved, "%s: refused with %u, is %s", hex, status, comparison->insn->mnemonic);
        return;
    }
    describe(&ours, our_text);
    cr_assert(known, "%s: the disassembler does not know '%s'", hex, our_text);
    if (size_unsure(comparison->insn, theirs.kind))
        theirs.operand_size = ours.operand_size;
    describe(&theirs, their_text);
    cr_assert_str_eq(our_text, their_text, "%s: '%s', the disassembler says '%s'", hex, our_text, their_text);
    comparison->agreed++;
}

static void compare_form(struct disassembler *comparison, unsigned opcode, unsigned modrm, unsigned sib)
{
    uint8_t bytes[24];
    unsigned count = random_form(bytes, opcode, modrm, sib, 4);

    compare(comparison, bytes, count);
}

Test(decode, agrees_with_a_disassembler_on_every_opcode)
{
    struct disassembler comparison = disassembler_open();
    for (unsigned opcode = 0; opcode < 512; opcode++)
        for (unsigned i = 0; i < 256 && !is_prefix(opcode); i++)
            compare_form(&comparison, opcode, i, random_number() & 0xff);
    cr_assert_gt(comparison.agreed, 6000);
    disassembler_close(&comparison);
}

Test(decode, agrees_with_a_disassembler_on_every_modrm_and_sib)
{
    static const uint8_t opcodes[] = {0x00, 0x01, 0x20, 0x21, 0x22, 0x23};
    struct disassembler comparison = disassembler_open();
    for (unsigned i = 0; i < sizeof opcodes; i++)
        for (unsigned modrm = 0; modrm < 256; modrm++)
            for (unsigned sib = 0; sib < 256; sib++)
                compare_form(&comparison, 0x100 + opcodes[i], modrm, sib);
    cr_assert_gt(comparison.agreed, 300000);
    disassembler_close(&comparison);
}
