// SPDX-License-Identifier: MIT
// Where quotes and expansions end.
#include "quote.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

bool quote_name_start(char c)
{
    return isalpha((unsigned char)c) || c == '_';
}

bool quote_name_part(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

const char *quote_skip_name(const char *p)
{
    if (quote_name_start(*p)) {
        while (quote_name_part(*p))
            p++;
    }
    return p;
}

// In double quotes a single quote is nothing special.
static const char *double_skip(const char *p)
{
    p++;
    while (p != NULL && *p != '"') {
        if (*p == '\0')
            return NULL;
        p = *p == '\'' ? p + 1 : quote_skip(p);
    }
    return p != NULL ? p + 1 : NULL;
}

const char *quote_skip_backquotes(const char *p)
{
    for (p++; *p != '`'; p++) {
        if (*p == '\\' && p[1] != '\0')
            p++;
        if (*p == '\0')
            return NULL;
    }
    return p + 1;
}

// A comment within a command substitution may hold anything.
const char *quote_skip_parentheses(const char *p)
{
    bool at_start = true; // of a word

    p++;
    while (p != NULL && *p != ')') {
        if (*p == '\0')
            return NULL;
        bool blank = strchr(" \t\n;&|(", *p) != NULL;

        if (*p == '#' && at_start)
            p += strcspn(p, "\n");
        else if (*p == '(')
            p = quote_skip_parentheses(p);
        else
            p = quote_skip(p);
        at_start = blank;
    }
    return p != NULL ? p + 1 : NULL;
}

static const char *braces_skip(const char *p)
{
    p++;
    while (p != NULL && *p != '}') {
        if (*p == '\0')
            return NULL;
        p = quote_skip(p);
    }
    return p != NULL ? p + 1 : NULL;
}

const char *quote_skip_dollar(const char *p)
{
    p++;
    if (*p == '(')
        return quote_skip_parentheses(p);
    if (*p == '{')
        return braces_skip(p);
    if (quote_name_start(*p))
        return quote_skip_name(p);
    if (*p != '\0' && (isdigit((unsigned char)*p) || strchr("?$!#@*-", *p) != NULL))
        return p + 1;
    return p;
}

const char *quote_skip(const char *p)
{
    switch (*p) {
    case '\0':
        return NULL;
    case '\\':
        return p[1] != '\0' ? p + 2 : NULL;
    case '\'':
        p = strchr(p + 1, '\'');
        return p != NULL ? p + 1 : NULL;
    case '"':
        return double_skip(p);
    case '`':
        return quote_skip_backquotes(p);
    case '$':
        return quote_skip_dollar(p);
    default:
        return p + 1;
    }
}
