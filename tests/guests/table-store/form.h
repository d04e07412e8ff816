// SPDX-License-Identifier: MIT
/*
 * Forms of instructions that store, one function each, with every register and flag under control.
 */
#ifndef PV_TESTS_GUESTS_TABLE_STORE_FORM_H
#define PV_TESTS_GUESTS_TABLE_STORE_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct form;

/*
 * What goes into an instruction, and comes out: rdi is where it stores, rsi its operand, rax what it compares
 * with.
 */
struct form_state {
    const struct form *form;
    uint64_t rdi, rsi, rax, rcx, rflags;
};

struct form {
    const char *name;
    void (*run)(struct form_state *state);
    unsigned int offset; /* bytes into the entry */
    uint64_t flags;      /* that it defines, or keeps */
};

/* All forms; the last one has no function. */
extern const struct form form_list[];

/* `rep stosq` and `rep movsq`, the latter downwards if it is said so. */
void form_stos(uint64_t *to, uint64_t value, uint64_t count);
void form_movs(uint64_t *to, const uint64_t *from, uint64_t count, bool down);

#endif
