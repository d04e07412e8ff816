// SPDX-License-Identifier: MIT
// Matches a pattern by trying: no table is made, the pattern's text is walked along with the line's. A
// repeated element takes as much as it can and gives back what the rest needs, so the time may grow with the
// power of the repetitions.
#include "pattern.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

enum { RANGE = 3 }; // how long "a-z" is

struct matcher {
    const char *line; // where ^ matches
    bool fold;
};

class_test *class_find(const char *text, size_t *length)
{
    static const struct {
        const char *name;
        class_test *test;
    } classes[] = {{"[:alnum:]", isalnum}, {"[:alpha:]", isalpha}, {"[:blank:]", isblank},
                   {"[:cntrl:]", iscntrl}, {"[:digit:]", isdigit}, {"[:graph:]", isgraph},
                   {"[:lower:]", islower}, {"[:print:]", isprint}, {"[:punct:]", ispunct},
                   {"[:space:]", isspace}, {"[:upper:]", isupper}, {"[:xdigit:]", isxdigit}};

    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        *length = strlen(classes[i].name);
        if (!strncmp(text, classes[i].name, *length))
            return classes[i].test;
    }
    return NULL;
}

// Where the set that starts at `at`, with its bracket, ends: behind the closing one; NULL if there is none.
static const char *set_end(const char *at)
{
    size_t length = 0;

    at += at[1] == '^' ? 2 : 1;
    at += *at == ']' ? 1 : 0;
    while (*at && *at != ']')
        at += class_find(at, &length) ? length : 1;
    return *at ? at + 1 : NULL;
}

// Whether the items of a set, from `at` to its closing bracket at `end`, have the byte.
static bool set_items_have(const char *at, const char *end, unsigned char byte)
{
    while (at < end) {
        size_t length = 0;
        class_test *test = class_find(at, &length);
        unsigned char first = (unsigned char)*at;

        if (test) {
            if (test(byte))
                return true;
            at += length;
        } else if (at[1] == '-' && at + 2 < end) {
            if (first <= byte && byte <= (unsigned char)at[2])
                return true;
            at += RANGE;
        } else {
            if (first == byte)
                return true;
            at++;
        }
    }
    return false;
}

static bool set_has(const char *at, unsigned char byte, bool fold)
{
    const char *end = set_end(at) - 1;
    bool negated = at[1] == '^';
    bool found = false;

    at += negated ? 2 : 1;
    found = set_items_have(at, end, byte);
    if (fold && !found)
        found = set_items_have(at, end, (unsigned char)tolower(byte)) ||
                set_items_have(at, end, (unsigned char)toupper(byte));
    return found != negated;
}

// How long the element at `at` is in the pattern.
static size_t element_length(const char *at)
{
    if (*at == '[')
        return (size_t)(set_end(at) - at);
    return *at == '\\' ? 2 : 1;
}

static bool element_has(const struct matcher *m, const char *at, unsigned char byte)
{
    if (!byte)
        return false;
    if (*at == '.')
        return true;
    if (*at == '[')
        return set_has(at, byte, m->fold);
    at += *at == '\\' ? 1 : 0;
    if (m->fold)
        return tolower((unsigned char)*at) == tolower(byte);
    return (unsigned char)*at == byte;
}

// The end of an alternative: of the pattern, or a \| in it.
static bool alternative_ends(const char *at)
{
    return !*at || (at[0] == '\\' && at[1] == '|');
}

static const char *match_rest(const struct matcher *m, const char *at, const char *text);

// `least` to `most` of the element at `at`, as many as can be, and then what follows at `rest`.
static const char *match_repeated(const struct matcher *m, const char *at, const char *rest, const char *text,
                                  size_t least, size_t most)
{
    size_t count = 0;

    while (count < most && element_has(m, at, (unsigned char)text[count]))
        count++;
    for (count++; count-- > least;) {
        const char *end = match_rest(m, rest, text + count);

        if (end)
            return end;
    }
    return NULL;
}

// Where in the text a match of the alternative's rest ends, or NULL.
static const char *match_rest(const struct matcher *m, const char *at, const char *text)
{
    while (!alternative_ends(at)) {
        const char *next = NULL;

        if (*at == '$' && alternative_ends(at + 1))
            return *text ? NULL : text;
        next = at + element_length(at);
        if (*next == '*')
            return match_repeated(m, at, next + 1, text, 0, SIZE_MAX);
        if (next[0] == '\\' && next[1] == '+')
            return match_repeated(m, at, next + 2, text, 1, SIZE_MAX);
        if (next[0] == '\\' && next[1] == '?')
            return match_repeated(m, at, next + 2, text, 0, 1);
        if (!element_has(m, at, (unsigned char)*text))
            return NULL;
        at = next;
        text++;
    }
    return text;
}

static const char *match_alternative(const struct matcher *m, const char *at, const char *text)
{
    if (*at != '^')
        return match_rest(m, at, text);
    return text == m->line ? match_rest(m, at + 1, text) : NULL;
}

static const char *alternative_next(const char *at)
{
    while (!alternative_ends(at))
        at += element_length(at);
    return *at ? at + 2 : NULL;
}

const char *pattern_wrong(const char *pattern)
{
    while (*pattern) {
        if (*pattern == '[' && !set_end(pattern))
            return "[ without ]";
        if (pattern[0] == '\\' && !pattern[1])
            return "backslash at the end";
        if (pattern[0] == '\\' && strchr("(){}123456789", pattern[1]))
            return "groups and counts are not known";
        pattern += element_length(pattern);
    }
    return NULL;
}

bool pattern_find(const char *pattern, const char *line, size_t from, bool fold, struct match *match)
{
    struct matcher m = {.line = line, .fold = fold};

    for (const char *text = line + from;; text++) {
        for (const char *at = pattern; at; at = alternative_next(at)) {
            const char *end = match_alternative(&m, at, text);

            if (!end)
                continue;
            if (match)
                *match = (struct match){.start = (size_t)(text - line), .length = (size_t)(end - text)};
            return true;
        }
        if (!*text)
            return false;
    }
}
