// SPDX-License-Identifier: MIT
// basename: prints the last part of a path, without an ending if that is given and is not all of it.
#include "program.h"

#include <string.h>

#include "folder.h"

int main(int argc, char **argv)
{
    char *name = NULL;

    (void)argc;
    argv = program_begin(argv, "PATH [ENDING]", NULL);
    if (!argv[0] || (argv[1] && argv[2]))
        program_usage();
    name = path_last(argv[0]);
    if (argv[1] && strlen(argv[1]) < strlen(name)) {
        char *ending = name + strlen(name) - strlen(argv[1]);

        if (!strcmp(ending, argv[1]))
            *ending = 0;
    }
    puts(name);
    return program_end();
}
