// SPDX-License-Identifier: MIT
// cmp: compares two files byte by byte. Status 0: equal, 1: different, 2: one could not be read.
#include "program.h"

#include <string.h>

enum { STATUS_EQUAL, STATUS_DIFFERENT, STATUS_WRONG };

static bool silent;

static const struct program_option options[] = {{'s', .flag = &silent}, {0}};

static FILE *file_open(const char *name)
{
    FILE *file = strcmp(name, "-") != 0 ? fopen(name, "r") : stdin;

    if (!file)
        program_error(name);
    return file;
}

static int files_compare(FILE *a, FILE *b, char **names)
{
    uint64_t line = 1;

    for (uint64_t place = 1;; place++) {
        int left = getc(a);
        int right = getc(b);

        if (left == right && left == EOF)
            return STATUS_EQUAL;
        if (left != right) {
            if (left != EOF && right != EOF && !silent)
                printf("%s %s differ: char %lu, line %lu\n", names[0], names[1], place, line);
            if ((left == EOF || right == EOF) && !silent)
                fprintf(stderr, "cmp: EOF on %s after byte %lu\n", names[left != EOF], place - 1);
            return STATUS_DIFFERENT;
        }
        line += left == '\n';
    }
}

int main(int argc, char **argv)
{
    FILE *a = NULL;
    FILE *b = NULL;
    int result = 0;

    (void)argc;
    argv = program_begin(argv, "[-s] FILE FILE", options);
    if (!argv[0] || !argv[1] || argv[2])
        program_usage();
    a = file_open(argv[0]);
    b = file_open(argv[1]);
    if (!a || !b)
        return STATUS_WRONG;
    result = files_compare(a, b, argv);
    if (ferror(a) || ferror(b))
        program_error(argv[!ferror(a)]);
    return program_end() ? STATUS_WRONG : result;
}
