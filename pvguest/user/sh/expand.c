// SPDX-License-Identifier: MIT
// Expansion of words: quotes, and what they leave to be expanded.
#include "expand.h"

#include <string.h>

#include "field.h"
#include "parser.h"
#include "quote.h"
#include "shell.h"
#include "variable.h"

// A backquoted command is the text between, in which a backslash quotes itself, `$` and the backquote.
static const char *backquotes_expand(struct expansion *expansion, const char *p, bool quoted)
{
    const char *end = quote_skip_backquotes(p);
    struct text command = {0};

    for (p++; p < end - 1; p++) {
        if (*p == '\\' && strchr("\\$`", p[1]) != NULL)
            p++;
        text_add(&command, *p);
    }
    field_add_value(expansion, command_output(text_string(&command)), quoted);
    return end;
}

// What both a word and the inside of double quotes know. Returns what is behind it, or NULL if it is none of
// that.
static const char *expansion_expand(struct expansion *expansion, const char *p, bool quoted)
{
    if (*p == '$')
        return expand_dollar(expansion, p, quoted);
    if (*p == '`')
        return backquotes_expand(expansion, p, quoted);
    return NULL;
}

// `inner`: the text is the word of a ${...} within quotes, and may have quotes of its own, which change
// nothing.
static void double_expand(struct expansion *expansion, const char *p, const char *end, bool inner)
{
    while (p < end) {
        const char *next = expansion_expand(expansion, p, true);

        if (next != NULL) {
            p = next;
        } else if (*p == '"' && inner) {
            p++;
        } else if (p[0] == '\\' && p[1] == '\n') {
            p += 2;
        } else {
            if (*p == '\\' && p + 1 < end && strchr("$`\"\\", p[1]) != NULL)
                p++;
            field_add(expansion, *p++, true);
        }
    }
}

// "$@" alone is no field when there are no arguments; any other quotes make one, even around nothing.
static const char *double_quotes_expand(struct expansion *expansion, const char *p)
{
    const char *end = quote_skip(p);

    if (shell.argument_count != 0 || end != p + 4 || memcmp(p, "\"$@\"", 4) != 0)
        expansion->exists = true;
    double_expand(expansion, p + 1, end - 1, false);
    return end;
}

static const char *single_quotes_expand(struct expansion *expansion, const char *p)
{
    expansion->exists = true;
    for (p++; *p != '\''; p++)
        field_add(expansion, *p, true);
    return p + 1;
}

static const char *element_expand(struct expansion *expansion, const char *p)
{
    const char *next = expansion_expand(expansion, p, false);

    if (next != NULL)
        return next;
    if (*p == '\'')
        return single_quotes_expand(expansion, p);
    if (*p == '"')
        return double_quotes_expand(expansion, p);
    if (*p == '\\') {
        if (p[1] != '\n')
            field_add(expansion, p[1], true);
        return p + 2;
    }
    field_add(expansion, *p, false);
    return p + 1;
}

void expand_range(struct expansion *expansion, const char *text, const char *end, bool quoted)
{
    if (quoted) {
        double_expand(expansion, text, end, true);
        return;
    }
    while (text < end)
        text = element_expand(expansion, text);
}

// A tilde at the start, up to the first slash, is the home of the one user.
static void word_expand(struct expansion *expansion, const char *word)
{
    const char *home = variable_get("HOME");

    if (*word == '~' && (word[1] == '\0' || word[1] == '/') && home != NULL) {
        field_add_value(expansion, home, true);
        word++;
    }
    expand_range(expansion, word, word + strlen(word), false);
}

struct fields expand_words(const struct word *words)
{
    struct fields fields = {0};
    const char *separators = variable_get("IFS");
    struct expansion expansion = {
        .fields = &fields,
        .separators = separators != NULL ? separators : " \t\n",
    };

    for (; words != NULL; words = words->next) {
        word_expand(&expansion, words->text);
        field_end(&expansion);
    }
    if (fields.list == NULL)
        fields.list = arena_get(sizeof *fields.list);
    return fields;
}

const char *expand_pattern(const char *word)
{
    struct expansion expansion = {.separators = ""};

    word_expand(&expansion, word);
    return text_string(&expansion.field);
}

const char *expand_text(const char *word)
{
    return field_plain(expand_pattern(word));
}

const char *expand_quoted(const char *text)
{
    struct expansion expansion = {.separators = ""};

    double_expand(&expansion, text, text + strlen(text), false);
    return field_plain(text_string(&expansion.field));
}
