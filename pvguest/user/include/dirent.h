// SPDX-License-Identifier: MIT
/*
 * Directories (IEEE Std 1003.1-2017, <dirent.h>). The entries are the kernel's own: struct dirent is part of
 * its interface, and d_name holds at most 54 characters.
 */
#ifndef PV_USER_DIRENT_H
#define PV_USER_DIRENT_H

#include <sys/types.h>

#include "kernel/interface.h"

typedef struct directory DIR;

// Opens the directory at `path`. NULL and errno when there is none, or it is something else, or memory is
// out.
DIR *opendir(const char *path);

// The next entry, `.` and `..` among them; valid until the next call for this directory. NULL at the end, and
// with errno set for an error.
struct dirent *readdir(DIR *directory);

// Starts again at the first entry, with what the directory holds then.
void rewinddir(DIR *directory);

// Closes a directory of opendir(): 0, or -1 and errno.
int closedir(DIR *directory);

// The open file under a directory.
int dirfd(DIR *directory);

#endif
