// SPDX-License-Identifier: MIT
// which: prints where the shell finds a program: its path in the folders of PATH.
#include "program.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "folder.h"

static bool is_program(const char *path)
{
    struct stat status = {0};

    return stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

static bool path_print(const char *path)
{
    bool found = is_program(path);

    if (found)
        puts(path);
    return found;
}

static bool folders_search(const char *name)
{
    const char *path = getenv("PATH");
    char *folders = program_copy(path ? path : "/bin");
    char *rest = folders;
    bool found = false;

    while (rest && !found) {
        char *folder = strsep(&rest, ":");
        char *candidate = path_join(*folder ? folder : ".", name);

        found = path_print(candidate);
        free(candidate);
    }
    free(folders);
    return found;
}

static void program_find(const char *name)
{
    if (!(strchr(name, '/') ? path_print(name) : folders_search(name)))
        program_complain(name, "not found");
}

int main(int argc, char **argv)
{
    (void)argc;
    argv = program_begin(argv, "PROGRAM...", NULL);
    program_each_operand(argv, program_find);
    return program_end();
}
