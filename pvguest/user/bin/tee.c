// SPDX-License-Identifier: MIT
// tee: copies the standard input to the standard output and to files. A file that fails does not stop the
// others.
#include "program.h"

#include <unistd.h>

static bool append;

static const struct program_option options[] = {{'a', .flag = &append}, {0}};

int main(int argc, char **argv)
{
    char buffer[BUFSIZ];
    FILE **files = program_allocate((size_t)argc, sizeof(FILE *));
    size_t count = 0;

    argv = program_begin(argv, "[-a] [FILE...]", options);
    for (; *argv; argv++) {
        files[count] = fopen(*argv, append ? "a" : "w");
        if (files[count])
            count++;
        else
            program_error(*argv);
    }
    for (ssize_t got = read(STDIN_FILENO, buffer, sizeof buffer); got > 0;
         got = read(STDIN_FILENO, buffer, sizeof buffer)) {
        fwrite(buffer, 1, (size_t)got, stdout);
        fflush(stdout);
        for (size_t i = 0; i < count; i++)
            fwrite(buffer, 1, (size_t)got, files[i]);
    }
    for (size_t i = 0; i < count; i++) {
        if (fclose(files[i]))
            program_error("write");
    }
    return program_end();
}
