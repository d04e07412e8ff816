// SPDX-License-Identifier: MIT
/*
 * Where quotes and expansions end (IEEE Std 1003.1-2017, XCU sections 2.2 and 2.6). All take a pointer to the
 * first character of what they pass over, and return one behind it, or NULL when the text ends before that.
 */
#ifndef PV_USER_SH_QUOTE_H
#define PV_USER_SH_QUOTE_H

#include <stdbool.h>

// One element of a word: a character, a quoted one, a quoted string, or an expansion.
const char *quote_skip(const char *p);

// An expansion that begins with `$`, of any kind; a lone `$` is one character.
const char *quote_skip_dollar(const char *p);

// From an opening parenthesis to behind the one that closes it.
const char *quote_skip_parentheses(const char *p);

// From one backquote to behind the next.
const char *quote_skip_backquotes(const char *p);

// Whether a character may begin, or be part of, a variable's name.
bool quote_name_start(char c);
bool quote_name_part(char c);

// Behind the name that `p` begins with; `p` itself if it begins none.
const char *quote_skip_name(const char *p);

#endif
