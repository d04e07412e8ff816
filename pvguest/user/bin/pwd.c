// SPDX-License-Identifier: MIT
// pwd: prints the path of the current folder.
#include "program.h"

#include <unistd.h>

enum { PATH_ROOM = 4096 };

int main(int argc, char **argv)
{
    char path[PATH_ROOM];

    (void)argc;
    if (*program_begin(argv, "", NULL))
        program_usage();
    if (!getcwd(path, sizeof path))
        program_fail("current folder");
    puts(path);
    return program_end();
}
