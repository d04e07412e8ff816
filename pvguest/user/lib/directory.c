// SPDX-License-Identifier: MIT
// Directories (dirent.h): an open file, and the entries that were read from it last.
#include "dirent.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "syscall.h"

#define ENTRIES 16

struct directory {
    int file;
    int count; // entries that were read
    int next;  // of them, the one to give next
    struct dirent entries[ENTRIES];
};

DIR *opendir(const char *path)
{
    int file = open(path, O_RDONLY | O_DIRECTORY);

    if (file < 0)
        return NULL;
    DIR *directory = malloc(sizeof *directory);

    if (directory == NULL) {
        close(file);
        errno = ENOMEM;
        return NULL;
    }
    directory->file = file;
    directory->count = 0;
    directory->next = 0;
    return directory;
}

struct dirent *readdir(DIR *directory)
{
    if (directory->next == directory->count) {
        int64_t count = syscall_result(
            syscall_readdir((uint64_t)directory->file, (uintptr_t)directory->entries, ENTRIES));

        directory->next = 0;
        directory->count = count > 0 ? (int)count : 0;
        if (directory->count == 0)
            return NULL;
    }
    return &directory->entries[directory->next++];
}

void rewinddir(DIR *directory)
{
    lseek(directory->file, 0, SEEK_SET);
    directory->count = 0;
    directory->next = 0;
}

int closedir(DIR *directory)
{
    int file = directory->file;

    free(directory);
    return close(file);
}

int dirfd(DIR *directory)
{
    return directory->file;
}
