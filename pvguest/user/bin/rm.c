// SPDX-License-Identifier: MIT
// rm: removes files, and with -r folders and all that is in them. -f says nothing of what is not there.
#include "program.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "folder.h"

static bool recursive;
static bool forced;

static const struct program_option options[] = {
    {'r', .flag = &recursive}, {'R', .flag = &recursive}, {'f', .flag = &forced}, {0}};

static void path_remove(const char *path, const char *name, void *argument)
{
    struct stat status = {0};
    int failed = stat(path, &status);

    (void)name;
    if (failed) {
        if (!forced || errno != ENOENT)
            program_error(path);
        return;
    }
    if (S_ISDIR(status.st_mode) && !recursive) {
        program_complain(path, "is a directory (-r removes it)");
        return;
    }
    if (S_ISDIR(status.st_mode))
        failed = folder_each(path, path_remove, argument) && rmdir(path);
    else
        failed = unlink(path);
    if (failed)
        program_error(path);
}

int main(int argc, char **argv)
{
    (void)argc;
    argv = program_begin(argv, "[-rf] PATH...", options);
    if (!*argv && !forced)
        program_usage();
    for (; *argv; argv++) {
        char *name = path_last(*argv);

        if (!strcmp(name, ".") || !strcmp(name, "..") || !strcmp(name, "/"))
            program_complain(*argv, "is not removed");
        else
            path_remove(*argv, name, NULL);
        free(name);
    }
    return program_end();
}
