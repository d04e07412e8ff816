// SPDX-License-Identifier: MIT
// stat: prints what is known of files: kind, size, mode, names, number and time of the last change.
#include "program.h"

#include <sys/stat.h>
#include <time.h>

enum { MODE_BITS = 07777, TIME_LENGTH = 32 };

static const char *kind_name(mode_t mode)
{
    if (S_ISDIR(mode))
        return "folder";
    return S_ISCHR(mode) ? "device" : S_ISREG(mode) ? "file" : "other";
}

static void status_print(const char *path)
{
    struct stat status = {0};
    char when[TIME_LENGTH];

    if (stat(path, &status)) {
        program_error(path);
        return;
    }
    strftime(when, sizeof when, "%Y-%m-%d %H:%M:%S", gmtime(&status.st_mtime));
    printf("%s: %s, %ld bytes, mode %04o, %lu names, number %lu, changed %s\n", path,
           kind_name(status.st_mode), (long)status.st_size, (unsigned)status.st_mode & MODE_BITS,
           (unsigned long)status.st_nlink, (unsigned long)status.st_ino, when);
}

int main(int argc, char **argv)
{
    (void)argc;
    argv = program_begin(argv, "PATH...", NULL);
    program_each_operand(argv, status_print);
    return program_end();
}
