// SPDX-License-Identifier: MIT
/*
 * The list of form.h. An instruction is written with (%rdi) as its memory operand, rsi or a part of it as its
 * source.
 */
#include "tests/guests/table-store/form.h"

/*
 * Flags of an instruction: CF PF AF ZF SF OF; without AF, which logic leaves undefined; what bit tests
 * define.
 */
#define ARITHMETIC 0x8d5
#define LOGIC      0x8c5
#define BIT        0x041

/* A function that runs one instruction; the flags are 0x46 before it. */
#define FORM(name, text)                                                                                     \
    static void name(struct form_state *s)                                                                   \
    {                                                                                                        \
        __asm__ volatile("xor %%edx, %%edx\n" text "\npushfq\npop %%rdx\n"                                   \
                         : "+D"(s->rdi), "+S"(s->rsi), "+a"(s->rax), "+c"(s->rcx), "=d"(s->rflags)           \
                         :                                                                                   \
                         : "memory", "cc");                                                                  \
    }

FORM(mov_q, "mov %%rsi, (%%rdi)")
FORM(mov_l, "mov %%esi, (%%rdi)")
FORM(mov_w, "mov %%si, (%%rdi)")
FORM(mov_b, "mov %%sil, (%%rdi)")
FORM(mov_b_high, "mov %%esi, %%ecx\nmov %%ch, (%%rdi)")
FORM(mov_q_index, "mov $-3, %%ecx\nmovslq %%ecx, %%rcx\nmov %%rsi, 24(%%rdi, %%rcx, 8)\nmov $0, %%ecx")
FORM(mov_q_zero, "movq $0, (%%rdi)")
FORM(mov_q_sign, "movq $-1, (%%rdi)")
FORM(mov_l_zero, "movl $0, (%%rdi)")
FORM(mov_b_present, "movb $0x27, (%%rdi)")
FORM(movnti_q, "movnti %%rsi, (%%rdi)")
FORM(movnti_l, "movnti %%esi, (%%rdi)")
FORM(xchg_q, "xchg %%rsi, (%%rdi)")
FORM(xchg_l, "xchg %%esi, (%%rdi)")
FORM(xchg_b, "xchg %%sil, (%%rdi)")
FORM(cmpxchg_q, "cmpxchg %%rsi, (%%rdi)")
FORM(cmpxchg_q_lock, "lock cmpxchg %%rsi, (%%rdi)")
FORM(cmpxchg_l_lock, "lock cmpxchg %%esi, (%%rdi)")
FORM(cmpxchg_b_lock, "lock cmpxchg %%sil, (%%rdi)")
FORM(xadd_q_lock, "lock xadd %%rsi, (%%rdi)")
FORM(xadd_b, "xadd %%sil, (%%rdi)")
FORM(or_q, "or %%rsi, (%%rdi)")
FORM(or_q_lock, "lock or %%rsi, (%%rdi)")
FORM(or_q_byte, "orq $2, (%%rdi)")
FORM(or_q_word, "orq $0x600, (%%rdi)")
FORM(or_b, "orb $0x40, (%%rdi)")
FORM(or_l, "or %%esi, (%%rdi)")
FORM(and_q, "and %%rsi, (%%rdi)")
FORM(and_q_lock, "lock and %%rsi, (%%rdi)")
FORM(and_q_byte, "andq $-3, (%%rdi)")
FORM(and_b, "andb $0xfd, (%%rdi)")
FORM(and_w, "andw $0xf1ff, (%%rdi)")
FORM(xor_q, "xor %%rsi, (%%rdi)")
FORM(xor_b, "xorb $2, (%%rdi)")
FORM(add_q, "add %%rsi, (%%rdi)")
FORM(add_q_byte, "addq $2, (%%rdi)")
FORM(add_b, "addb $1, (%%rdi)")
FORM(sub_q, "sub %%rsi, (%%rdi)")
FORM(sub_b, "subb $1, (%%rdi)")
FORM(inc_q, "incq (%%rdi)")
FORM(inc_b, "incb (%%rdi)")
FORM(dec_q_lock, "lock decq (%%rdi)")
FORM(not_q, "notq (%%rdi)")
FORM(bts_q, "btsq $1, (%%rdi)")
FORM(bts_q_high, "btsq $63, (%%rdi)")
FORM(bts_l_lock, "lock btsl $9, (%%rdi)")
FORM(bts_q_reg, "and $63, %%esi\nbts %%rsi, (%%rdi)")
FORM(btr_q, "btrq $1, (%%rdi)")
FORM(btr_q_lock, "lock btrq $0, (%%rdi)")
FORM(btr_q_reg, "and $63, %%esi\nlock btr %%rsi, (%%rdi)")
FORM(btc_q, "btcq $0, (%%rdi)")
FORM(stos_q, "xchg %%rsi, %%rax\nstosq")
FORM(stos_b, "xchg %%rsi, %%rax\nstosb")
FORM(movs_q, "push %%rsi\nmov %%rsp, %%rsi\nmovsq\npop %%rsi")
FORM(movs_l, "push %%rsi\nmov %%rsp, %%rsi\nmovsl\npop %%rsi")

const struct form form_list[] = {
    {"mov r64", mov_q, 0, ARITHMETIC},
    {"mov r32", mov_l, 0, ARITHMETIC},
    {"mov r32 to the upper half", mov_l, 4, ARITHMETIC},
    {"mov r16", mov_w, 0, ARITHMETIC},
    {"mov r8", mov_b, 0, ARITHMETIC},
    {"mov r8 to the last byte", mov_b, 7, ARITHMETIC},
    {"mov ch", mov_b_high, 0, ARITHMETIC},
    {"mov r64, with an index", mov_q_index, 0, ARITHMETIC},
    {"movq 0", mov_q_zero, 0, ARITHMETIC},
    {"movq -1", mov_q_sign, 0, ARITHMETIC},
    {"movl 0", mov_l_zero, 0, ARITHMETIC},
    {"movb 0x27", mov_b_present, 0, ARITHMETIC},
    {"movnti r64", movnti_q, 0, ARITHMETIC},
    {"movnti r32", movnti_l, 4, ARITHMETIC},
    {"xchg r64", xchg_q, 0, ARITHMETIC},
    {"xchg r32", xchg_l, 0, ARITHMETIC},
    {"xchg r8", xchg_b, 0, ARITHMETIC},
    {"cmpxchg r64", cmpxchg_q, 0, ARITHMETIC},
    {"lock cmpxchg r64", cmpxchg_q_lock, 0, ARITHMETIC},
    {"lock cmpxchg r32", cmpxchg_l_lock, 0, ARITHMETIC},
    {"lock cmpxchg r8", cmpxchg_b_lock, 0, ARITHMETIC},
    {"lock xadd r64", xadd_q_lock, 0, ARITHMETIC},
    {"xadd r8", xadd_b, 0, ARITHMETIC},
    {"or r64", or_q, 0, LOGIC},
    {"lock or r64", or_q_lock, 0, LOGIC},
    {"orq of a byte", or_q_byte, 0, LOGIC},
    {"orq of a word", or_q_word, 0, LOGIC},
    {"orb", or_b, 0, LOGIC},
    {"or r32 to the upper half", or_l, 4, LOGIC},
    {"and r64", and_q, 0, LOGIC},
    {"lock and r64", and_q_lock, 0, LOGIC},
    {"andq of a byte", and_q_byte, 0, LOGIC},
    {"andb", and_b, 0, LOGIC},
    {"andw", and_w, 0, LOGIC},
    {"xor r64", xor_q, 0, LOGIC},
    {"xorb", xor_b, 0, LOGIC},
    {"add r64", add_q, 0, ARITHMETIC},
    {"addq of a byte", add_q_byte, 0, ARITHMETIC},
    {"addb", add_b, 0, ARITHMETIC},
    {"sub r64", sub_q, 0, ARITHMETIC},
    {"subb", sub_b, 0, ARITHMETIC},
    {"incq", inc_q, 0, ARITHMETIC},
    {"incb", inc_b, 0, ARITHMETIC},
    {"lock decq", dec_q_lock, 0, ARITHMETIC},
    {"notq", not_q, 0, ARITHMETIC},
    {"btsq 1", bts_q, 0, BIT},
    {"btsq 63", bts_q_high, 0, BIT},
    {"lock btsl 9", bts_l_lock, 0, BIT},
    {"bts r64", bts_q_reg, 0, BIT},
    {"btrq 1", btr_q, 0, BIT},
    {"lock btrq 0", btr_q_lock, 0, BIT},
    {"lock btr r64", btr_q_reg, 0, BIT},
    {"btcq 0", btc_q, 0, BIT},
    {"stosq", stos_q, 0, ARITHMETIC},
    {"stosb", stos_b, 0, ARITHMETIC},
    {"movsq", movs_q, 0, ARITHMETIC},
    {"movsl to the upper half", movs_l, 4, ARITHMETIC},
    {.run = NULL},
};

void form_stos(uint64_t *to, uint64_t value, uint64_t count)
{
    __asm__ volatile("rep stosq" : "+D"(to), "+c"(count) : "a"(value) : "memory");
}

void form_movs(uint64_t *to, const uint64_t *from, uint64_t count, bool down)
{
    if (down)
        __asm__ volatile("std\nrep movsq\ncld" : "+D"(to), "+S"(from), "+c"(count) : : "memory", "cc");
    else
        __asm__ volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(count) : : "memory");
}
