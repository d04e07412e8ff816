// SPDX-License-Identifier: MIT
// grep: prints the lines that a basic regular expression matches. Status 0: some, 1: none, 2: something went
// wrong.
#include "program.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "folder.h"
#include "line.h"
#include "pattern.h"

enum { STATUS_FOUND = 0, STATUS_NONE = 1, STATUS_WRONG = 2 };

static bool any_case;
static bool inverted;
static bool numbered;
static bool counted;
static bool names_only;
static bool recursive;
static bool quiet;
static bool no_names;
static bool only_match;
static const char *pattern;

static bool many;  // the file's name stands in front of each line
static bool found; // a line was, in any file

static const struct program_option options[] = {{'i', .flag = &any_case},
                                                {'v', .flag = &inverted},
                                                {'n', .flag = &numbered},
                                                {'c', .flag = &counted},
                                                {'l', .flag = &names_only},
                                                {'r', .flag = &recursive},
                                                {'q', .flag = &quiet},
                                                {'h', .flag = &no_names},
                                                {'o', .flag = &only_match},
                                                {'e', .text = &pattern},
                                                {0}};

static const char *name_shown(const char *name)
{
    return strcmp(name, "-") != 0 ? name : "(standard input)";
}

static void prefix_print(const char *name, uint64_t number)
{
    if (many)
        printf("%s:", name_shown(name));
    if (numbered && number)
        printf("%lu:", number);
}

// Prints every match in the line, each on a line of its own.
static void matches_print(const char *text, const char *name, uint64_t number)
{
    struct match match = {0};
    size_t from = 0;

    while (pattern_find(pattern, text, from, any_case, &match)) {
        if (match.length) {
            prefix_print(name, number);
            printf("%.*s\n", (int)match.length, text + match.start);
        }
        from = match.start + (match.length ? match.length : 1);
        if (!text[match.start])
            return;
    }
}

static void line_print(const struct line *line, const char *name, uint64_t number)
{
    if (only_match && !inverted) {
        matches_print(line->text, name, number);
        return;
    }
    prefix_print(name, number);
    fwrite(line->text, 1, line->length, stdout);
    putchar('\n');
}

static void file_search(FILE *file, const char *name)
{
    struct line line = {0};
    uint64_t number = 0;
    uint64_t count = 0;

    while (line_read(&line, file)) {
        number++;
        if (pattern_find(pattern, line.text, 0, any_case, NULL) == inverted)
            continue;
        found = true;
        count++;
        if (names_only || quiet)
            break;
        if (!counted)
            line_print(&line, name, number);
    }
    if (counted && !quiet && !names_only) {
        prefix_print(name, 0);
        printf("%lu\n", count);
    }
    if (names_only && !quiet && count)
        printf("%s\n", name_shown(name));
    line_free(&line);
}

static void path_search(const char *path, const char *name, void *argument)
{
    char *files[] = {(char *)path, NULL};
    struct stat status = {0};

    (void)name;
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
        folder_each(path, path_search, argument);
    else
        program_each_file(files, file_search);
}

static void pattern_take(char ***argv)
{
    const char *wrong = NULL;

    if (!pattern)
        pattern = *(*argv)++;
    if (!pattern)
        program_usage();
    wrong = pattern_wrong(pattern);
    if (wrong) {
        program_complain(pattern, wrong);
        exit(STATUS_WRONG);
    }
}

int main(int argc, char **argv)
{
    static char *here[] = {".", NULL};

    (void)argc;
    argv = program_begin(argv, "[-ivnclrqho] PATTERN [FILE...]", options);
    pattern_take(&argv);
    if (recursive && !*argv)
        argv = here;
    many = !no_names && (recursive || (argv[0] && argv[1]));
    if (recursive) {
        for (; *argv; argv++)
            path_search(*argv, *argv, NULL);
    } else {
        program_each_file(argv, file_search);
    }
    if (program_end())
        return STATUS_WRONG;
    return found ? STATUS_FOUND : STATUS_NONE;
}
