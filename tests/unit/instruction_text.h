// SPDX-License-Identifier: MIT
// Decoded instructions as text, in which only the fields stand that have a meaning for their kind; and the
// call of the decoder that its tests use.
#ifndef PV_TESTS_UNIT_INSTRUCTION_TEXT_H
#define PV_TESTS_UNIT_INSTRUCTION_TEXT_H

#include "emulate/decode.h"
#include "guarded.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { TEXT = 160 };

static const char *const kind_names[INSTRUCTION_KINDS] = {
    [INSTRUCTION_MOV_FROM_CR] = "mov_from_cr",
    [INSTRUCTION_MOV_FROM_DR] = "mov_from_dr",
    [INSTRUCTION_MOV_TO_CR] = "mov_to_cr",
    [INSTRUCTION_MOV_TO_DR] = "mov_to_dr",
    [INSTRUCTION_CLTS] = "clts",
    [INSTRUCTION_LMSW] = "lmsw",
    [INSTRUCTION_SMSW] = "smsw",
    [INSTRUCTION_INVLPG] = "invlpg",
    [INSTRUCTION_INVD] = "invd",
    [INSTRUCTION_WBINVD] = "wbinvd",
    [INSTRUCTION_LGDT] = "lgdt",
    [INSTRUCTION_LIDT] = "lidt",
    [INSTRUCTION_SGDT] = "sgdt",
    [INSTRUCTION_SIDT] = "sidt",
    [INSTRUCTION_LLDT] = "lldt",
    [INSTRUCTION_SLDT] = "sldt",
    [INSTRUCTION_LTR] = "ltr",
    [INSTRUCTION_STR] = "str",
    [INSTRUCTION_CLI] = "cli",
    [INSTRUCTION_STI] = "sti",
    [INSTRUCTION_HLT] = "hlt",
    [INSTRUCTION_IN] = "in",
    [INSTRUCTION_OUT] = "out",
    [INSTRUCTION_INS] = "ins",
    [INSTRUCTION_OUTS] = "outs",
    [INSTRUCTION_RDMSR] = "rdmsr",
    [INSTRUCTION_WRMSR] = "wrmsr",
    [INSTRUCTION_RDPMC] = "rdpmc",
    [INSTRUCTION_SWAPGS] = "swapgs",
    [INSTRUCTION_XSETBV] = "xsetbv",
    [INSTRUCTION_IRET] = "iret",
    [INSTRUCTION_SYSRET] = "sysret",
};

static inline bool kind_is_move(unsigned kind)
{
    return kind >= INSTRUCTION_MOV_FROM_CR && kind <= INSTRUCTION_MOV_TO_DR;
}

static inline bool kind_is_string(unsigned kind)
{
    return kind == INSTRUCTION_INS || kind == INSTRUCTION_OUTS;
}

static inline bool kind_is_port(unsigned kind)
{
    return kind == INSTRUCTION_IN || kind == INSTRUCTION_OUT || kind_is_string(kind);
}

static inline bool kind_has_operand(unsigned kind)
{
    static const uint8_t kinds[] = {INSTRUCTION_LMSW, INSTRUCTION_SMSW, INSTRUCTION_INVLPG, INSTRUCTION_LGDT,
                                    INSTRUCTION_LIDT, INSTRUCTION_SGDT, INSTRUCTION_SIDT,   INSTRUCTION_LLDT,
                                    INSTRUCTION_SLDT, INSTRUCTION_LTR,  INSTRUCTION_STR,    INSTRUCTION_INS,
                                    INSTRUCTION_OUTS};
    return memchr(kinds, (int)kind, sizeof kinds) != NULL;
}

__attribute__((format(printf, 2, 3))) static inline void append(char *text, const char *format, ...)
{
    size_t used = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + used, TEXT - used, format, arguments);
    va_end(arguments);
}

static inline void describe_memory(const struct instruction *instruction, char *text)
{
    const struct instruction *i = instruction;
    append(text, " [%s%s", i->segment == INSTRUCTION_SEGMENT_FS ? "fs:" : "",
           i->segment == INSTRUCTION_SEGMENT_GS ? "gs:" : "");
    if (i->rip_relative)
        append(text, "rip");
    if (i->base != INSTRUCTION_NO_REGISTER)
        append(text, "r%u", i->base);
    if (i->index != INSTRUCTION_NO_REGISTER)
        append(text, "+r%u*%u", i->index, i->scale);
    append(text, "%+d]a%u", i->displacement, i->address_size);
}

// The text of an instruction, such as "in 2 size=1 port=60" or "lgdt 8 size=10 [fs:rip+1000]a8", in TEXT
// bytes.
static inline void describe(const struct instruction *instruction, char *text)
{
    const struct instruction *i = instruction;
    text[0] = 0;
    append(text, "%s %u size=%u", kind_names[i->kind], i->length, i->operand_size);
    if (kind_is_move(i->kind))
        append(text, " reg=%u rm=%u", i->reg, i->rm);
    if (kind_is_string(i->kind) && i->repeat)
        append(text, " rep");
    if (kind_is_port(i->kind) && i->port_in_dx)
        append(text, " port=dx");
    else if (kind_is_port(i->kind))
        append(text, " port=%02x", i->port);
    if (kind_has_operand(i->kind) && i->memory)
        describe_memory(i, text);
    else if (kind_has_operand(i->kind))
        append(text, " rm=%u", i->rm);
}

// The bytes of a text such as "0f 20 c0"; returns how many.
static inline size_t parse_hex(const char *hex, uint8_t *bytes)
{
    size_t count = 0;
    for (; *hex; hex++) {
        if (*hex == ' ')
            continue;
        unsigned byte;
        if (sscanf(hex++, "%2x", &byte) == 1)
            bytes[count++] = (uint8_t)byte;
    }
    return count;
}

// Decodes from memory that ends behind the available bytes. The structure is filled with garbage before.
static inline enum decode_status decode(const uint8_t *bytes, size_t available,
                                        struct instruction *instruction)
{
    memset(instruction, 0xa5, sizeof *instruction);
    return instruction_decode(guarded_copy(bytes, available), (unsigned)available, instruction);
}

#endif
