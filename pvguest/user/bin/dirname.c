// SPDX-License-Identifier: MIT
// dirname: prints a path without its last part.
#include "program.h"

#include <string.h>

int main(int argc, char **argv)
{
    const char *path = NULL;
    size_t length = 0;

    (void)argc;
    argv = program_begin(argv, "PATH", NULL);
    if (!argv[0] || argv[1])
        program_usage();
    path = argv[0];
    length = strlen(path);
    while (length > 1 && path[length - 1] == '/')
        length--;
    while (length && path[length - 1] != '/')
        length--;
    while (length > 1 && path[length - 1] == '/')
        length--;
    printf("%.*s\n", length ? (int)length : 1, length ? path : ".");
    return program_end();
}
