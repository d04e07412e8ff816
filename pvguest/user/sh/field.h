// SPDX-License-Identifier: MIT
// The field that an expansion is adding to, and the rules by which it ends. Between expand.c and parameter.c.
#ifndef PV_USER_SH_FIELD_H
#define PV_USER_SH_FIELD_H

#include <stdbool.h>

#include "arena.h"
#include "expand.h"

struct expansion {
    struct fields *fields; // NULL: all goes into one field, which is not split
    struct text field;     // with a backslash before each character that has lost its meaning
    bool exists;           // the field, even if it is empty
    const char *separators;
};

// Adds a character of the word itself: one that was quoted, or one that file names may be matched with.
void field_add(struct expansion *expansion, char c, bool quoted);

// Adds what an expansion brought; unless it was quoted, separators in it end the field.
void field_add_value(struct expansion *expansion, const char *value, bool quoted);

// Ends the field, if there is one, and adds what it stands for to the list.
void field_end(struct expansion *expansion);

// A field without the backslashes, in the arena.
char *field_plain(const char *field);

void fields_add(struct fields *fields, const char *text);

// Expands the text up to `end`, as a word or as the inside of double quotes.
void expand_range(struct expansion *expansion, const char *text, const char *end, bool quoted);

// Expands what begins with `$` at `p`. Returns what is behind it.
const char *expand_dollar(struct expansion *expansion, const char *p, bool quoted);

// What a command prints, without the newlines at its end. Sets $?.
const char *command_output(const char *command);

// The value of an arithmetic expression, after its own expansion, as text.
const char *arithmetic_text(const char *text);

#endif
