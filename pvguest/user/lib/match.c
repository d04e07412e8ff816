// SPDX-License-Identifier: MIT
/*
 * fnmatch() (IEEE Std 1003.1-2017, XCU section 2.13): `*`, `?`, bracket expressions with ranges and `!`, and
 * backslash. Only the last star is ever tried again, so the time is at most that of one length times the
 * other.
 */
#include <ctype.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <stddef.h>

static unsigned char fold(char c, int flags)
{
    return (unsigned char)((flags & FNM_CASEFOLD) != 0 ? tolower((unsigned char)c) : c);
}

// Matches `c` with the bracket expression whose `[` was before `pattern`. Returns what is behind its `]`, or
// NULL when there is none: then the `[` is a character as any other.
static const char *bracket_match(const char *pattern, char c, int flags, bool *matched)
{
    bool inverted = *pattern == '!' || *pattern == '^';
    const char *p = pattern + inverted;
    const char *first = p;
    bool found = false;

    for (; *p != ']' || p == first; p++) {
        if (*p == '\\' && (flags & FNM_NOESCAPE) == 0)
            p++;
        if (*p == '\0')
            return NULL;
        unsigned char low = fold(*p, flags);
        unsigned char high = low;

        if (p[1] == '-' && p[2] != ']' && p[2] != '\0') {
            p += 2;
            if (*p == '\\' && (flags & FNM_NOESCAPE) == 0 && p[1] != '\0')
                p++;
            high = fold(*p, flags);
        }
        found |= low <= fold(c, flags) && fold(c, flags) <= high;
    }
    *matched = found != inverted;
    return p + 1;
}

// Matches `c` with the one element that `pattern` starts with. Returns what is behind it, or NULL for no
// match.
static const char *element_match(const char *pattern, char c, int flags, bool hidden)
{
    bool slash = c == '/' && (flags & FNM_PATHNAME) != 0;

    if (*pattern == '?')
        return slash || hidden ? NULL : pattern + 1;
    if (*pattern == '[') {
        bool matched;
        const char *next = bracket_match(pattern + 1, c, flags, &matched);

        if (next != NULL)
            return matched && !slash && !hidden ? next : NULL;
    }
    if (*pattern == '\\' && pattern[1] != '\0' && (flags & FNM_NOESCAPE) == 0)
        pattern++;
    return *pattern != '\0' && fold(*pattern, flags) == fold(c, flags) ? pattern + 1 : NULL;
}

// Whether only a period of the pattern may match what is here.
static bool is_hidden(const char *string, const char *start, int flags)
{
    if (*string != '.' || (flags & FNM_PERIOD) == 0)
        return false;
    return string == start || (string[-1] == '/' && (flags & FNM_PATHNAME) != 0);
}

int fnmatch(const char *pattern, const char *string, int flags)
{
    const char *start = string;
    const char *star = NULL;  // what is behind the last star
    const char *retry = NULL; // what it is to be tried with next

    for (;;) {
        bool hidden = is_hidden(string, start, flags);

        if (*pattern == '*') {
            if (hidden)
                return FNM_NOMATCH;
            star = ++pattern;
            retry = string;
            continue;
        }
        if (*string == '\0')
            return *pattern == '\0' ? 0 : FNM_NOMATCH;

        const char *next = element_match(pattern, *string, flags, hidden);

        if (next != NULL) {
            pattern = next;
            string++;
            continue;
        }
        if (star == NULL || (*retry == '/' && (flags & FNM_PATHNAME) != 0))
            return FNM_NOMATCH;
        pattern = star;
        string = ++retry;
    }
}
