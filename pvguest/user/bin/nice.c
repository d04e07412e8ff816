// SPDX-License-Identifier: MIT
// nice: runs a program that lets others go first; with a negative number, one that goes before them. Without
// a program it prints how nice it is itself.
#include "program.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "run.h"

static const char *increment = "10";

static const struct program_option options[] = {{'n', .text = &increment}, {0}};

int main(int argc, char **argv)
{
    char *end = NULL;
    long number = 0;

    (void)argc;
    argv = program_begin_command(argv, "[-n INCREMENT] [PROGRAM [ARGUMENT...]]", options);
    number = strtol(increment, &end, 10);
    if (end == increment || *end)
        program_usage();
    if (!*argv) {
        printf("%d\n", nice(0));
        return program_end();
    }
    errno = 0;
    if (nice((int)number) == -1 && errno)
        program_error("nice");
    program_become(argv);
}
