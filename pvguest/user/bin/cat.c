// SPDX-License-Identifier: MIT
// cat: writes the files to the standard output, one after the other.
#include "program.h"

#include <unistd.h>

static bool number_lines;
static uint64_t line_number;

static const struct program_option options[] = {{'n', .flag = &number_lines}, {0}};

static void file_number(FILE *file, const char *name)
{
    static int last = '\n'; // a line may begin in one file and end in the next

    (void)name;
    for (int byte = getc(file); byte != EOF; byte = getc(file)) {
        if (last == '\n')
            printf("%6lu\t", ++line_number);
        putchar(byte);
        last = byte;
    }
}

// Every piece is written at once: what was typed on a terminal comes back before the next line is typed.
static void file_copy(FILE *file, const char *name)
{
    char buffer[BUFSIZ * 4];
    ssize_t got = 0;

    do {
        got = read(fileno(file), buffer, sizeof buffer);
        if (got < 0)
            program_error(name);
        if (got > 0 && fwrite(buffer, 1, (size_t)got, stdout) != (size_t)got)
            program_fail("standard output");
        if (fflush(stdout))
            program_fail("standard output");
    } while (got > 0);
}

int main(int argc, char **argv)
{
    (void)argc;
    argv = program_begin(argv, "[-n] [FILE...]", options);
    program_each_file(argv, number_lines ? file_number : file_copy);
    return program_end();
}
