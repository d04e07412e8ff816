// SPDX-License-Identifier: MIT
// cp: copies files, and with -r whole folders.
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "folder.h"
#include "target.h"

enum { BLOCK = 16384, MODE_BITS = 0777, OWNER_ALL = 0700 };

static bool recursive;

static const struct program_option options[] = {{'r', .flag = &recursive}, {'R', .flag = &recursive}, {0}};

static bool bytes_write(int file, const char *bytes, size_t count)
{
    while (count) {
        ssize_t written = write(file, bytes, count);

        if (written < 0)
            return false;
        bytes += written;
        count -= (size_t)written;
    }
    return true;
}

static void contents_copy(int in, const char *from, int out, const char *to)
{
    char *block = program_allocate(BLOCK, 1);
    ssize_t got = read(in, block, BLOCK);

    for (; got > 0; got = read(in, block, BLOCK)) {
        if (!bytes_write(out, block, (size_t)got)) {
            program_error(to);
            break;
        }
    }
    if (got < 0)
        program_error(from);
    free(block);
}

static void file_copy(const char *from, const char *to, mode_t mode)
{
    int in = open(from, O_RDONLY);
    int out = -1;

    if (in < 0) {
        program_error(from);
        return;
    }
    out = open(to, O_WRONLY | O_CREAT | O_TRUNC, mode & MODE_BITS);
    if (out < 0) {
        program_error(to);
    } else {
        contents_copy(in, from, out, to);
        if (close(out))
            program_error(to);
    }
    close(in);
}

static void path_copy(const char *from, const char *to);

static void child_copy(const char *path, const char *name, void *folder)
{
    char *to = path_join(folder, name);

    path_copy(path, to);
    free(to);
}

static void folder_copy(const char *from, const char *to, mode_t mode)
{
    if (!recursive) {
        program_complain(from, "is a directory (-r copies it)");
        return;
    }
    if (mkdir(to, (mode & MODE_BITS) | OWNER_ALL) && errno != EEXIST) {
        program_error(to);
        return;
    }
    folder_each(from, child_copy, (void *)to);
}

static void path_copy(const char *from, const char *to)
{
    struct stat source = {0};
    struct stat target = {0};

    if (stat(from, &source)) {
        program_error(from);
        return;
    }
    if (stat(to, &target) == 0 && source.st_dev == target.st_dev && source.st_ino == target.st_ino)
        program_complain(to, "is the same file");
    else if (S_ISDIR(source.st_mode))
        folder_copy(from, to, source.st_mode);
    else
        file_copy(from, to, source.st_mode);
}

// A folder is not copied into itself: the copy would be copied, too, and so on.
static void operand_copy(const char *from, const char *to)
{
    size_t length = strlen(from);

    if (recursive && !strncmp(from, to, length) && (to[length] == '/' || (length && to[length - 1] == '/')))
        program_complain(to, "lies in the folder to be copied");
    else
        path_copy(from, to);
}

int main(int argc, char **argv)
{
    (void)argc;
    argv = program_begin(argv, "[-r] FROM... TO", options);
    target_each(argv, operand_copy);
    return program_end();
}
