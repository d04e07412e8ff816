// SPDX-License-Identifier: MIT
// env: prints the environment, or runs a program in a changed one.
#include "program.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "run.h"

static bool empty;

static const struct program_option options[] = {{'i', .flag = &empty}, {0}};

int main(int argc, char **argv)
{
    static char *nothing[] = {NULL};

    (void)argc;
    argv = program_begin_command(argv, "[-i] [NAME=VALUE...] [PROGRAM [ARGUMENT...]]", options);
    if (empty)
        environ = nothing;
    for (; *argv && strchr(*argv, '='); argv++) {
        char *value = strchr(*argv, '=');

        *value = 0;
        if (setenv(*argv, value + 1, 1))
            program_fail(*argv);
    }
    if (*argv)
        program_become(argv);
    for (char **variable = environ; *variable; variable++)
        puts(*variable);
    return program_end();
}
