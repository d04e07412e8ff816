// SPDX-License-Identifier: MIT
// Built-in commands about variables and arguments: set, unset, export, shift, read.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "builtin.h"
#include "shell.h"
#include "variable.h"

static void variables_print(bool exported)
{
    for (const struct variable *v = variables_all(); v != NULL; v = v->next) {
        if (v->value != NULL && (v->exported || !exported))
            printf("%s=%s\n", v->name, v->value);
    }
}

int builtin_export(int argc, char **argv)
{
    int status = STATUS_OK;

    if (argc < 2)
        variables_print(true);
    for (int i = 1; i < argc; i++) {
        size_t length = strcspn(argv[i], "=");
        const char *name = arena_text(argv[i], length);

        if (argv[i][length] == '=' ? !variable_assign(name, argv[i] + length + 1, true)
                                   : !variable_export(name))
            status = STATUS_ERROR;
    }
    return status;
}

int builtin_unset(int argc, char **argv)
{
    bool function = argc > 1 && strcmp(argv[1], "-f") == 0;

    for (int i = 1 + function; i < argc; i++) {
        if (function)
            function_unset(argv[i]);
        else
            variable_unset(argv[i]);
    }
    return STATUS_OK;
}

// The arguments from now on. Those before are not given back: a loop or a caller may still be going over
// them.
static void arguments_set(int count, char **words)
{
    char **copy = memory_get(((size_t)count + 1) * sizeof *copy);

    for (int i = 0; i < count; i++)
        copy[i] = memory_text(words[i]);
    copy[count] = NULL;
    shell.arguments = copy;
    shell.argument_count = count;
}

// -e, +x and so on; false for a letter that the shell does not know.
static bool options_set(const char *word)
{
    bool on = *word == '-';

    for (const char *letter = word + 1; *letter != '\0'; letter++) {
        if (*letter == 'e') {
            shell.exit_on_error = on;
        } else if (*letter == 'x') {
            shell.trace = on;
        } else {
            shell_error("set: %s: no such option", word);
            return false;
        }
    }
    return true;
}

int builtin_set(int argc, char **argv)
{
    int i = 1;

    if (argc == 1)
        variables_print(false);
    for (; i < argc && (*argv[i] == '-' || *argv[i] == '+') && argv[i][1] != '\0'; i++) {
        if (strcmp(argv[i], "--") == 0) {
            arguments_set(argc - i - 1, argv + i + 1);
            return STATUS_OK;
        }
        if (!options_set(argv[i]))
            return STATUS_USAGE;
    }
    if (i < argc)
        arguments_set(argc - i, argv + i);
    return STATUS_OK;
}

int builtin_shift(int argc, char **argv)
{
    long count = argc > 1 ? strtol(argv[1], NULL, 10) : 1;

    if (count < 0 || count > shell.argument_count)
        return STATUS_ERROR;
    shell.arguments += count;
    shell.argument_count -= (int)count;
    return STATUS_OK;
}

// Reads a line byte by byte: what is behind it is for whoever reads next. Whether it ended as a line.
static bool line_read(struct text *line, bool raw)
{
    char c;

    for (;;) {
        ssize_t length = read(STDIN_FILENO, &c, 1);

        if (length < 0 && errno == EINTR)
            shell_check();
        else if (length <= 0)
            return false;
        else if (c == '\n')
            return true;
        else if (c == '\\' && !raw && read(STDIN_FILENO, &c, 1) == 1)
            text_append(line, &c, c != '\n');
        else if (c != '\0')
            text_add(line, c);
    }
}

// Each name takes a word, the last one what is left.
static int words_assign(const char *line, int count, char **names)
{
    const char *separators = variable_get("IFS");
    int status = STATUS_OK;

    if (separators == NULL)
        separators = " \t\n";
    for (int i = 0; i < count; i++) {
        line += strspn(line, separators);
        size_t length = i + 1 < count ? strcspn(line, separators) : strlen(line);
        size_t kept = length;

        while (i + 1 == count && kept > 0 && strchr(separators, line[kept - 1]) != NULL)
            kept--;
        if (!variable_set(names[i], arena_text(line, kept)))
            status = STATUS_ERROR;
        line += length;
    }
    return status;
}

int builtin_read(int argc, char **argv)
{
    bool raw = argc > 1 && strcmp(argv[1], "-r") == 0;
    struct text line = {0};
    bool ended = line_read(&line, raw);
    int first = 1 + raw;
    char *reply[] = {"REPLY"};
    int status = first < argc ? words_assign(text_string(&line), argc - first, argv + first)
                              : words_assign(text_string(&line), 1, reply);

    return ended ? status : STATUS_ERROR;
}
