// SPDX-License-Identifier: MIT
// Open files: what descriptors lead to. Those of a process, its children and dup() may lead to the same one,
// and then share its offset.
#ifndef PV_KERNEL_FILE_H
#define PV_KERNEL_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/node.h"

enum { FILE_LIMIT = 256 }; // in the whole system

struct pipe;
struct stat;

struct file {
    uint32_t references; // 0: the slot is free
    uint32_t flags;      // O_* of <fcntl.h>: access mode, O_APPEND, O_NONBLOCK
    uint64_t offset;     // in a directory: a position
    struct node *node;   // held; NULL for an end of a pipe
    struct pipe *pipe;
};

// Opens what a path in user memory leads to, as open() does: O_CREAT (with the permissions `mode`), O_EXCL,
// O_TRUNC, O_DIRECTORY. Returns 0 with the file in *opened or -ENOENT, -EEXIST, -EISDIR, -ENOTDIR, -EACCES,
// -ENFILE, -ENOSPC, -EINVAL, -EFAULT, -ENAMETOOLONG.
int file_open(uint64_t path, uint32_t flags, uint32_t mode, struct file **opened);

// Makes the two ends of a pipe. Returns 0, -ENFILE or -ENOMEM.
int file_pipe(struct file **reader, struct file **writer);

// Holds a file, and returns it; lets it go, and closes it when nobody holds it any longer.
struct file *file_get(struct file *file);
void file_put(struct file *file);

// Whether a file is open for that.
bool file_is_readable(const struct file *file);
bool file_is_writable(const struct file *file);

// read() and write(), with user memory. -EBADF when the file is not open for that; -EISDIR.
int64_t file_read(struct file *file, uint64_t to, size_t size);
int64_t file_write(struct file *file, uint64_t from, size_t size);

// lseek(): -ESPIPE, -EINVAL.
int64_t file_seek(struct file *file, int64_t offset, int whence);

// readdir(): up to `count` entries to user memory; returns how many. -ENOTDIR, -EFAULT.
int64_t file_list(struct file *file, uint64_t to, size_t count);

// Describes an open file as fstat() does.
void file_stat(const struct file *file, struct stat *status);

// The number of open files there are.
size_t file_count(void);

#endif
