// SPDX-License-Identifier: MIT
// mkdir: makes folders, and with -p those that lead to them, and nothing where they are already there.
#include "program.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { FOLDER_MODE = 0777 };

static bool parents;

static const struct program_option options[] = {{'p', .flag = &parents}, {0}};

static bool is_folder(const char *path)
{
    struct stat status = {0};

    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

// Makes every folder on the way to the path's last one.
static void parents_make(const char *path)
{
    char *way = program_copy(path);

    for (char *slash = strchr(way, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        if (*way && !is_folder(way))
            mkdir(way, FOLDER_MODE); // what goes wrong here goes wrong at the end, too
        *slash = '/';
    }
    free(way);
}

static void folder_make(const char *path)
{
    if (parents)
        parents_make(path);
    if ((!parents || !is_folder(path)) && mkdir(path, FOLDER_MODE))
        program_error(path);
}

int main(int argc, char **argv)
{
    (void)argc;
    argv = program_begin(argv, "[-p] FOLDER...", options);
    program_each_operand(argv, folder_make);
    return program_end();
}
