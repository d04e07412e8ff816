// SPDX-License-Identifier: MIT
/*
 * Expansion of words (IEEE Std 1003.1-2017, XCU section 2.6): tilde, parameters, commands, arithmetic, then
 * splitting into fields, file names, and removal of quotes. Results are in the arena. An error gives up the
 * command.
 */
#ifndef PV_USER_SH_EXPAND_H
#define PV_USER_SH_EXPAND_H

#include <stddef.h>

struct word;

struct fields {
    char **list; // with a NULL behind the last
    size_t count;
    size_t room;
};

// All of it: a word may become any number of fields.
struct fields expand_words(const struct word *words);

// Without splitting and file names: one word stays one. For assignments and redirections.
const char *expand_text(const char *word);

// The same, but what was quoted has a backslash before each character, as fnmatch() wants it.
const char *expand_pattern(const char *word);

// As within double quotes, where only expansions and backslashes are special. For here-documents.
const char *expand_quoted(const char *text);

#endif
