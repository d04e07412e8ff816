// SPDX-License-Identifier: MIT
// Directories: names of nodes. The names `.` and `..` are understood and listed, but not stored.
//
// Every function takes names that are not empty and have no slash; one of more than 54 characters is refused
// with -ENAMETOOLONG. What changes a directory needs its right to be written, and what looks into it to be
// searched: -EACCES. POSIX.1-2008, XSH: link, mkdir, rename, rmdir, unlink.
#ifndef PV_KERNEL_DIRECTORY_H
#define PV_KERNEL_DIRECTORY_H

#include <stddef.h>
#include <stdint.h>

#include "kernel/interface.h"
#include "kernel/node.h"

// Finds what a name leads to, and holds it in *found. Returns 0, -ENOENT, -ENOTDIR.
int directory_find(struct node *directory, const char *name, struct node **found);

// Makes a node, holds it in *made and gives it a name. Returns 0, -EEXIST, -ENOENT (the directory was
// removed), -ENOSPC.
int directory_make(struct node *directory, const char *name, uint32_t mode, struct node **made);

// Gives a node one more name. Returns 0, -EEXIST, -ENOENT, -ENOSPC, -EPERM for a directory.
int directory_link(struct node *directory, const char *name, struct node *node);

// Removes the name of something that is no directory. Returns 0, -ENOENT, -EISDIR.
int directory_unlink(struct node *directory, const char *name);

// Removes an empty directory. Returns 0, -ENOENT, -ENOTDIR, -ENOTEMPTY, -EBUSY (the root), -EINVAL (`.`).
int directory_remove(struct node *directory, const char *name);

// Moves a name, also from one directory to another; what has the new name is removed. Returns 0 or, beside
// the errors of the others, -EINVAL when a directory would get into itself.
int directory_rename(struct node *from, const char *old_name, struct node *to, const char *new_name);

// Describes the next entry at or behind *position, which starts at 0 and is moved on. Returns false at the
// end.
bool directory_next(const struct node *directory, uint64_t *position, struct dirent *entry);

// The name of a node in its directory, or NULL if it has none there.
const char *directory_name_of(const struct node *directory, const struct node *node);

// How many directories there are in a directory.
uint32_t directory_children(const struct node *directory);

#endif
