// SPDX-License-Identifier: MIT
// find: prints the paths of all that is below the given ones and passes the tests.
#include "program.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "folder.h"

static const char *name_pattern;
static const char *type = "";
static uint64_t depth_limit = UINT64_MAX;

static bool passes(const char *name, mode_t mode)
{
    char letter = S_ISDIR(mode) ? 'd' : S_ISCHR(mode) ? 'c' : 'f';

    if (*type && *type != letter)
        return false;
    return !name_pattern || fnmatch(name_pattern, name, 0) == 0;
}

static void path_find(const char *path, const char *name, void *depth)
{
    uint64_t below = *(uint64_t *)depth + 1;
    struct stat status = {0};

    if (stat(path, &status)) {
        program_error(path);
        return;
    }
    if (passes(name, status.st_mode))
        puts(path);
    if (S_ISDIR(status.st_mode) && below <= depth_limit)
        folder_each(path, path_find, &below);
}

// Reads the tests at the end of the arguments, which it cuts off.
static void tests_read(char **argv)
{
    while (*argv && **argv != '-')
        argv++;
    while (*argv) {
        char **test = argv;

        if (!test[1])
            program_usage();
        if (!strcmp(*test, "-name"))
            name_pattern = test[1];
        else if (!strcmp(*test, "-type") && strchr("fdc", *test[1]) && strlen(test[1]) == 1)
            type = test[1];
        else if (!strcmp(*test, "-maxdepth"))
            depth_limit = program_number(test[1]);
        else
            program_usage();
        argv += 2;
        *test = NULL;
    }
}

int main(int argc, char **argv)
{
    static char *here[] = {".", NULL};

    (void)argc;
    program_start(*argv++, "[PATH...] [-name PATTERN] [-type f|d|c] [-maxdepth N]");
    tests_read(argv);
    argv = *argv ? argv : here;
    for (; *argv; argv++) {
        char *name = path_last(*argv);
        uint64_t depth = 0;

        path_find(*argv, name, &depth);
        free(name);
    }
    return program_end();
}
