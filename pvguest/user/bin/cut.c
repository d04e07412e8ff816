// SPDX-License-Identifier: MIT
// cut: prints the chosen bytes, or fields, of each line, in the order they have there.
#include "program.h"

#include <stdlib.h>
#include <string.h>

#include "line.h"

static const char *byte_list;
static const char *field_list;
static const char *delimiter = "\t";
static bool only_delimited;

static const struct program_option options[] = {{'c', .text = &byte_list},
                                                {'f', .text = &field_list},
                                                {'d', .text = &delimiter},
                                                {'s', .flag = &only_delimited},
                                                {0}};

// Reads a number of a list's range; without digits it is `otherwise`.
static uint64_t bound_read(const char **text, uint64_t otherwise)
{
    char *end = NULL;
    uint64_t number = 0;

    if (**text < '0' || **text > '9')
        return otherwise;
    number = strtoull(*text, &end, 10);
    *text = end;
    return number;
}

// Whether the list, such as "1,3-5,7-", has the number. A list that is none ends the program.
static bool list_has(const char *list, uint64_t number)
{
    bool found = false;

    for (;; list++) {
        uint64_t first = bound_read(&list, 1);
        uint64_t last = first;

        if (*list == '-') {
            list++;
            last = bound_read(&list, UINT64_MAX);
        }
        if (!first || last < first || (*list && *list != ','))
            program_usage();
        found = found || (first <= number && number <= last);
        if (!*list)
            return found;
    }
}

static void bytes_print(const struct line *line)
{
    for (size_t i = 0; i < line->length; i++) {
        if (list_has(byte_list, i + 1))
            putchar(line->text[i]);
    }
    putchar('\n');
}

static void fields_print(char *text)
{
    bool first = true;

    if (!strchr(text, *delimiter)) {
        if (!only_delimited)
            puts(text);
        return;
    }
    for (uint64_t field = 1; text; field++) {
        char *end = strchr(text, *delimiter);

        if (end)
            *end++ = 0;
        if (list_has(field_list, field)) {
            printf("%s%s", first ? "" : delimiter, text);
            first = false;
        }
        text = end;
    }
    putchar('\n');
}

static void file_cut(FILE *file, const char *name)
{
    struct line line = {0};

    (void)name;
    while (line_read(&line, file)) {
        if (byte_list)
            bytes_print(&line);
        else
            fields_print(line.text);
    }
    line_free(&line);
}

int main(int argc, char **argv)
{
    (void)argc;
    argv = program_begin(argv, "-c LIST | -f LIST [-d DELIMITER] [-s] [FILE...]", options);
    if (!byte_list == !field_list || strlen(delimiter) != 1)
        program_usage();
    list_has(byte_list ? byte_list : field_list, 1);
    program_each_file(argv, file_cut);
    return program_end();
}
