// SPDX-License-Identifier: MIT
// Built-in commands about the shell and where it is: cd, pwd, echo, type, help, history.
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "builtin.h"
#include "escape.h"
#include "history.h"
#include "kernel/interface.h"
#include "shell.h"
#include "variable.h"

int builtin_true(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return STATUS_OK;
}

int builtin_false(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return STATUS_ERROR;
}

int builtin_cd(int argc, char **argv)
{
    char before[PATH_LIMIT];
    char now[PATH_LIMIT];
    bool back = argc > 1 && strcmp(argv[1], "-") == 0;
    const char *to = argc > 1 && !back ? argv[1] : variable_get(back ? "OLDPWD" : "HOME");

    if (to == NULL) {
        shell_error("cd: %s is not set", back ? "OLDPWD" : "HOME");
        return STATUS_ERROR;
    }
    bool known = getcwd(before, sizeof before) != NULL;

    if (chdir(to) < 0) {
        shell_error("cd: %s: %s", to, strerror(errno));
        return STATUS_ERROR;
    }
    if (known)
        variable_set("OLDPWD", before);
    if (getcwd(now, sizeof now) != NULL) {
        variable_set("PWD", now);
        if (back)
            puts(now);
    }
    return STATUS_OK;
}

int builtin_pwd(int argc, char **argv)
{
    char path[PATH_LIMIT];

    (void)argc;
    (void)argv;
    if (getcwd(path, sizeof path) == NULL) {
        shell_error("pwd: %s", strerror(errno));
        return STATUS_ERROR;
    }
    puts(path);
    return STATUS_OK;
}

static void escaped_print(const char *text)
{
    while (*text != '\0')
        putchar(escape_read(&text));
}

int builtin_echo(int argc, char **argv)
{
    bool newline = true;
    bool escapes = false;
    int i = 1;

    for (; i < argc && (strcmp(argv[i], "-n") == 0 || strcmp(argv[i], "-e") == 0); i++) {
        if (argv[i][1] == 'n')
            newline = false;
        else
            escapes = true;
    }
    for (int first = i; i < argc; i++) {
        if (i > first)
            putchar(' ');
        if (escapes)
            escaped_print(argv[i]);
        else
            fputs(argv[i], stdout);
    }
    if (newline)
        putchar('\n');
    if (fflush(stdout) == 0)
        return STATUS_OK;
    clearerr(stdout);
    return STATUS_ERROR;
}

bool program_find(const char *name, char *path, size_t size)
{
    const char *folder = strchr(name, '/') == NULL ? variable_get("PATH") : "";

    if (folder == NULL || *folder == '\0')
        return strlcpy(path, name, size) < size && access(path, X_OK) == 0;
    for (;; folder++) {
        int length = (int)strcspn(folder, ":");

        if ((size_t)snprintf(path, size, "%.*s/%s", length, folder, name) < size && access(path, X_OK) == 0)
            return true;
        folder += length;
        if (*folder == '\0')
            return false;
    }
}

static int type_print(const char *name)
{
    char path[PATH_LIMIT];

    if (function_get(name) != NULL) {
        printf("%s is a function: %s\n", name, function_get(name));
    } else if (builtin_find(name) != NULL) {
        printf("%s is part of the shell\n", name);
    } else if (program_find(name, path, sizeof path)) {
        printf("%s is %s\n", name, path);
    } else {
        printf("%s: not found\n", name);
        return STATUS_ERROR;
    }
    return STATUS_OK;
}

int builtin_type(int argc, char **argv)
{
    int status = STATUS_OK;

    for (int i = 1; i < argc; i++)
        status |= type_print(argv[i]);
    return status;
}

int builtin_history(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    for (size_t i = 0; i < history_count(); i++)
        printf("%4lu  %s\n", (unsigned long)i + 1, history_get(i));
    return STATUS_OK;
}

int builtin_help(int argc, char **argv)
{
    size_t count;
    const struct builtin *builtin = builtins_all(&count);

    (void)argc;
    (void)argv;
    puts("Commands of the shell itself (programs: ls /bin):");
    for (; count > 0; count--, builtin++) {
        int width = printf("  %s %s", builtin->name, builtin->usage);

        printf("%*s%s\n", width < 32 ? 32 - width : 1, "", builtin->summary);
    }
    puts(
        "Grammar: a | b, a && b, a || b, a ; b, a &, !, ( ), { }, NAME() { }, if, while, until, for, case,\n"
        "  < > >> << 2>&1, $NAME ${NAME:-WORD} $(COMMAND) $((NUMBERS)), * ? [ ], 'text' \"$text\" \\c, # comment\n"
        "Keys: arrows, Home, End, Tab; Ctrl-A -E -K -U -W -L -R; Ctrl-C ends, Ctrl-Z stops what runs.");
    return STATUS_OK;
}
