// SPDX-License-Identifier: MIT
// The files of a process: its table of descriptors.
#ifndef PV_KERNEL_FILES_H
#define PV_KERNEL_FILES_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/file.h"

enum { FILES_LIMIT = 32 };

struct files {
    struct file *file[FILES_LIMIT]; // each held; NULL: free
    uint32_t close_on_exec;         // bit n: of descriptor n
};

// Makes an empty table, or one with the same open files as another, for fork. NULL: no memory.
struct files *files_create(void);
struct files *files_copy(const struct files *files);

// Closes every file, and gives the table up.
void files_destroy(struct files *files);

// Closes what is to be closed when a program is replaced by another.
void files_exec(struct files *files);

// The file of a descriptor, not held; NULL if there is none.
struct file *files_get(const struct files *files, uint64_t descriptor);

// Puts a file, which the caller holds and the table then does, at the lowest free descriptor from `lowest`
// on. Returns the descriptor, or -EMFILE, and then the caller still holds it.
int files_add(struct files *files, struct file *file, unsigned lowest, bool close_on_exec);

// Whether no descriptor is free.
bool files_full(const struct files *files);

// Closes a descriptor. Returns 0 or -EBADF.
int files_close(struct files *files, uint64_t descriptor);

// dup2(): puts the file of a descriptor at another, after closing what is there. Returns the other, or
// -EBADF.
int files_duplicate(struct files *files, uint64_t from, uint64_t to);

#endif
