// SPDX-License-Identifier: MIT
// mv: gives files and folders another name, or another place. There is one file system: nothing is copied.
#include "program.h"

#include "target.h"

static void path_move(const char *from, const char *to)
{
    if (rename(from, to))
        program_error(from);
}

int main(int argc, char **argv)
{
    (void)argc;
    argv = program_begin(argv, "FROM... TO", NULL);
    target_each(argv, path_move);
    return program_end();
}
