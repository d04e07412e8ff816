// SPDX-License-Identifier: MIT
// du: prints how many KiB the files in folders hold, for each folder or, with -s, for each operand.
#include "program.h"

#include <sys/stat.h>

#include "folder.h"

enum { KIB = 1024 };

static bool only_sums;

static const struct program_option options[] = {{'s', .flag = &only_sums}, {0}};

static void size_print(uint64_t bytes, const char *path)
{
    printf("%-7lu %s\n", (bytes + KIB - 1) / KIB, path);
}

// Adds the size of all that is at the path to the sum.
static void path_measure(const char *path, const char *name, void *sum)
{
    struct stat status = {0};
    uint64_t bytes = 0;

    if (stat(path, &status)) {
        program_error(path);
        return;
    }
    if (S_ISDIR(status.st_mode))
        folder_each(path, path_measure, &bytes);
    else
        bytes = (uint64_t)status.st_size;
    if (!name || (S_ISDIR(status.st_mode) && !only_sums))
        size_print(bytes, path);
    *(uint64_t *)sum += bytes;
}

int main(int argc, char **argv)
{
    static char *here[] = {".", NULL};
    uint64_t sum = 0;

    (void)argc;
    argv = program_begin(argv, "[-s] [PATH...]", options);
    argv = *argv ? argv : here;
    for (; *argv; argv++)
        path_measure(*argv, NULL, &sum);
    return program_end();
}
