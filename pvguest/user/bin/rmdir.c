// SPDX-License-Identifier: MIT
// rmdir: removes empty folders.
#include "program.h"

#include <unistd.h>

static void folder_remove(const char *path)
{
    if (rmdir(path))
        program_error(path);
}

int main(int argc, char **argv)
{
    (void)argc;
    argv = program_begin(argv, "FOLDER...", NULL);
    program_each_operand(argv, folder_remove);
    return program_end();
}
