// SPDX-License-Identifier: MIT
// Parameters (IEEE Std 1003.1-2017, XCU sections 2.5 and 2.6.2): $NAME, $1, $?, ${NAME:-WORD} and its kin.
#include <ctype.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "field.h"
#include "quote.h"
#include "shell.h"
#include "variable.h"

static const char *number_text(long number)
{
    char text[24];
    int length = snprintf(text, sizeof text, "%ld", number);

    return arena_text(text, (size_t)length);
}

static const char *argument_get(long number)
{
    if (number == 0)
        return shell.name;
    return number <= shell.argument_count ? shell.arguments[number - 1] : NULL;
}

// The arguments in one, with the first separator between.
static const char *arguments_joined(const char *separators)
{
    struct text text = {0};

    for (int i = 0; i < shell.argument_count; i++) {
        if (i > 0 && *separators != '\0')
            text_add(&text, *separators);
        text_append(&text, shell.arguments[i], strlen(shell.arguments[i]));
    }
    return text_string(&text);
}

static const char *flags_text(void)
{
    struct text text = {0};

    if (shell.exit_on_error)
        text_add(&text, 'e');
    if (shell.interactive)
        text_add(&text, 'i');
    if (shell.trace)
        text_add(&text, 'x');
    return text_string(&text);
}

// The value of a parameter by its name, or NULL when it is not set.
static const char *parameter_get(const char *name)
{
    if (isdigit((unsigned char)*name))
        return argument_get(strtol(name, NULL, 10));
    switch (*name) {
    case '?':
        return number_text(shell.status);
    case '$':
        return number_text(shell.process);
    case '!':
        return shell.last_background != 0 ? number_text(shell.last_background) : NULL;
    case '#':
        return number_text(shell.argument_count);
    case '-':
        return flags_text();
    case '@':
    case '*':
        return shell.argument_count > 0 ? arguments_joined(" ") : NULL;
    default:
        return variable_get(name);
    }
}

// Each argument a field of its own: "$@" always, $@ and $* where words are split.
static void arguments_expand(struct expansion *expansion, bool quoted)
{
    for (int i = 0; i < shell.argument_count; i++) {
        if (i > 0)
            field_end(expansion);
        expansion->exists |= quoted;
        field_add_value(expansion, shell.arguments[i], quoted);
    }
}

static void parameter_expand(struct expansion *expansion, const char *name, bool quoted)
{
    if (*name == '@' && expansion->fields != NULL) {
        arguments_expand(expansion, quoted);
    } else if (*name == '*' && expansion->fields != NULL && !quoted) {
        arguments_expand(expansion, false);
    } else if (*name == '*') {
        const char *separators = variable_get("IFS");

        field_add_value(expansion, arguments_joined(separators != NULL ? separators : " "), quoted);
    } else {
        const char *value = parameter_get(name);

        if (value != NULL)
            field_add_value(expansion, value, quoted);
    }
}

// `%` and `#`: the value without the shortest, or (doubled) longest, end or start that a pattern matches.
static const char *value_trimmed(const char *value, char side, bool longest, const char *pattern)
{
    size_t length = strlen(value);

    for (size_t i = 0; i <= length; i++) {
        size_t cut = longest ? length - i : i;
        const char *part = side == '%' ? value + length - cut : arena_text(value, cut);

        if (fnmatch(pattern, part, 0) == 0)
            return side == '%' ? arena_text(value, length - cut) : value + cut;
    }
    return value;
}

struct modifier {
    char letter;      // - = + ? % #
    bool empty_unset; // an empty value counts as none
    bool longest;
    const char *word;
    const char *end; // of the word
};

static void value_missing(struct expansion *expansion, const char *name, const struct modifier *modifier,
                          bool quoted)
{
    const char *word = arena_text(modifier->word, (size_t)(modifier->end - modifier->word));

    switch (modifier->letter) {
    case '-':
        expand_range(expansion, modifier->word, modifier->end, quoted);
        break;
    case '=':
        word = expand_text(word);
        if (!variable_set(name, word))
            shell_abort(STATUS_ERROR);
        field_add_value(expansion, word, quoted);
        break;
    case '?':
        word = expand_text(word);
        shell_error("%s: %s", name, *word != '\0' ? word : "not set");
        shell_abort(STATUS_ERROR);
    default:
        break;
    }
}

static void modified_expand(struct expansion *expansion, const char *name, const struct modifier *modifier,
                            bool quoted)
{
    const char *value = parameter_get(name);
    bool missing = value == NULL || (modifier->empty_unset && *value == '\0');

    if (modifier->letter == '+') {
        if (!missing)
            expand_range(expansion, modifier->word, modifier->end, quoted);
    } else if (modifier->letter == '%' || modifier->letter == '#') {
        const char *word = arena_text(modifier->word, (size_t)(modifier->end - modifier->word));

        if (value != NULL)
            field_add_value(expansion,
                            value_trimmed(value, modifier->letter, modifier->longest, expand_pattern(word)),
                            quoted);
    } else if (missing) {
        value_missing(expansion, name, modifier, quoted);
    } else {
        parameter_expand(expansion, name, quoted);
    }
}

// Behind a parameter's name. Returns whether there is a modifier that the shell knows.
static bool modifier_parse(struct modifier *modifier, const char *p, const char *end)
{
    *modifier = (struct modifier){.end = end, .empty_unset = *p == ':'};
    p += *p == ':';
    modifier->letter = *p++;
    if (modifier->letter == '\0' ||
        strchr(modifier->empty_unset ? "-=+?" : "-=+?%#", modifier->letter) == NULL)
        return false;
    if ((modifier->letter == '%' || modifier->letter == '#') && *p == modifier->letter) {
        modifier->longest = true;
        p++;
    }
    modifier->word = p;
    return p <= end;
}

static const char *parameter_end(const char *p)
{
    if (isdigit((unsigned char)*p))
        return p + strspn(p, "0123456789");
    return *p != '\0' && strchr("?$!#@*-", *p) != NULL ? p + 1 : quote_skip_name(p);
}

// Between braces, from behind the first to before the last.
static void braces_expand(struct expansion *expansion, const char *p, const char *end, bool quoted)
{
    bool length = *p == '#' && p + 1 < end && parameter_end(p + 1) == end;
    const char *name_end = parameter_end(p + length);
    const char *name = arena_text(p + length, (size_t)(name_end - p) - length);
    struct modifier modifier;

    if (length) {
        const char *value = parameter_get(name);

        field_add_value(expansion, number_text(value != NULL ? (long)strlen(value) : 0), quoted);
    } else if (*name != '\0' && name_end == end) {
        parameter_expand(expansion, name, quoted);
    } else if (*name != '\0' && modifier_parse(&modifier, name_end, end)) {
        modified_expand(expansion, name, &modifier, quoted);
    } else {
        shell_error("${%.*s}: bad substitution", (int)(end - p), p);
        shell_abort(STATUS_ERROR);
    }
}

const char *expand_dollar(struct expansion *expansion, const char *p, bool quoted)
{
    const char *end = quote_skip_dollar(p);

    if (end == p + 1) {
        field_add(expansion, '$', quoted);
    } else if (p[1] == '(' && p[2] == '(' && end[-2] == ')') {
        field_add_value(expansion, arithmetic_text(arena_text(p + 3, (size_t)(end - p) - 5)), quoted);
    } else if (p[1] == '(') {
        field_add_value(expansion, command_output(arena_text(p + 2, (size_t)(end - p) - 3)), quoted);
    } else if (p[1] == '{') {
        braces_expand(expansion, p + 2, end - 1, quoted);
    } else {
        parameter_expand(expansion, arena_text(p + 1, (size_t)(end - p) - 1), quoted);
    }
    return end;
}
