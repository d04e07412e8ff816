// SPDX-License-Identifier: MIT
// Basic regular expressions, as POSIX.1-2017, XBD 9.3, describes them, without groups, back-references and
// counts: . [set] [^set] [:class:] * \+ \? ^ $ \| and a backslash in front of any of them.
#ifndef PV_USER_PATTERN_H
#define PV_USER_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

// Returns NULL for a pattern that can be used, or what is wrong with it, in words.
const char *pattern_wrong(const char *pattern);

// Where a pattern matched, in bytes of the line.
struct match {
    size_t start;
    size_t length;
};

// Looks for the first place in a line (zero-terminated), from byte `from` on, that a pattern which is not
// wrong matches; with `fold`, small and capital letters are the same. The longest match of the first
// alternative that matches there counts. ^ matches at the line's start only. Returns whether there is one,
// and in *match (or NULL) where.
bool pattern_find(const char *pattern, const char *line, size_t from, bool fold, struct match *match);

// A character class at the start of a text, "[:alpha:]" and so on (XBD 9.3.5). Returns its test, as of
// <ctype.h>, and *length, its name's, or NULL.
typedef int class_test(int);
class_test *class_find(const char *text, size_t *length);

#endif
