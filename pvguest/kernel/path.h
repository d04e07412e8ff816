// SPDX-License-Identifier: MIT
// Paths: names with slashes between them, from the root or from the current process's working directory. Each
// directory on the way needs the right to be searched. POSIX.1-2008, XBD 4.13.
#ifndef PV_KERNEL_PATH_H
#define PV_KERNEL_PATH_H

#include <stddef.h>
#include <stdint.h>

#include "kernel/directory.h"
#include "kernel/node.h"

// The last name of a path and the directory that it is in.
struct path_end {
    struct node *directory; // held
    char name[DIRENT_NAME];
    bool slash; // behind the name: what it leads to has to be a directory
};

// The root. path_start() makes it, at boot.
struct node *path_root(void);
void path_start(void);

// Finds the node of a path in kernel memory, and holds it in *found. Returns 0, -ENOENT (also for ""),
// -ENOTDIR, -EACCES, -ENAMETOOLONG.
int path_find(const char *path, struct node **found);

// Finds the directory that the last name of a path is in, whether there is such a name in it or not, and
// holds it. Returns 0, or as path_find(); -EEXIST for the root, which has no name.
int path_find_end(const char *path, struct path_end *end);

// The same with a path in user memory: -EFAULT, too.
int path_find_user(uint64_t path, struct node **found);
int path_find_end_user(uint64_t path, struct path_end *end);

// Writes the path of a directory, with its closing zero. Returns its length with that, -ERANGE when `size` is
// too small, or -ENOENT when the directory was removed.
int64_t path_of(const struct node *directory, char *text, size_t size);

#endif
