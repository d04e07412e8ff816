// SPDX-License-Identifier: MIT
// Nodes: the files, directories and devices of the one file system, which is in memory.
//
// A node lives as long as it has names (links) or somebody holds it (references): an open file, a process's
// working directory, a program that is loaded on demand. Whoever keeps a pointer to a node over a sleep holds
// it.
#ifndef PV_KERNEL_NODE_H
#define PV_KERNEL_NODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/content.h"

struct device;
struct entry;
struct node;
struct stat;

// What is in a directory. The root is its own parent; a directory that was removed has none.
struct directory {
    struct node *parent;
    struct entry *first;
    uint64_t position; // that the next entry gets
};

struct node {
    uint64_t number;
    uint32_t mode; // S_IF* and the nine permission bits of <sys/stat.h>
    uint32_t links;
    uint32_t references;
    uint64_t size;     // bytes of a regular file
    uint64_t modified; // nanoseconds since 1970
    union {
        struct content content;      // S_IFREG
        struct directory directory;  // S_IFDIR
        const struct device *device; // S_IFCHR
    };
};

// The permissions of a node: those of its owner, since there is one user only.
enum node_right { NODE_READ = 0400, NODE_WRITE = 0200, NODE_EXECUTE = 0100 };

static inline bool node_is_directory(const struct node *node)
{
    return (node->mode & 0170000) == 0040000;
}

static inline bool node_is_regular(const struct node *node)
{
    return (node->mode & 0170000) == 0100000;
}

static inline bool node_is_device(const struct node *node)
{
    return (node->mode & 0170000) == 0020000;
}

// Whether the mode of a node has all of these rights (NODE_*).
static inline bool node_allows(const struct node *node, uint32_t rights)
{
    return (node->mode & rights) == rights;
}

// Makes a node without a name, held once by the caller. mode: S_IF* and permissions. NULL: no memory.
struct node *node_create(uint32_t mode);

// Holds a node, and returns it; and lets it go.
struct node *node_get(struct node *node);
void node_put(struct node *node);

// Ends one name of a node.
void node_unlink(struct node *node);

// Notes that a node's content changes now.
void node_touch(struct node *node);

// Reads from a regular file into kernel memory. Returns false if the range is not all within it.
bool node_read_kernel(const struct node *node, uint64_t offset, void *to, size_t size);

// Reads from a regular file at an offset to user memory. Returns the number of bytes, less than `size` at the
// end of the file or where user memory ends, or -EFAULT if there were none for that.
int64_t node_read(const struct node *node, uint64_t offset, uint64_t to, size_t size);

// Writes from user memory to a regular file at an offset; what lies between its old end and there becomes
// zeros. Returns the number of bytes, less than `size` when something ran out; if there were none: -EFAULT,
// -ENOSPC (no memory), -EFBIG (CONTENT_LIMIT).
int64_t node_write(struct node *node, uint64_t offset, uint64_t from, size_t size);

// Makes a regular file shorter, or longer with zeros. Returns 0, -EFBIG or -ENOSPC.
int64_t node_truncate(struct node *node, uint64_t size);

// Describes a node as newlib's <sys/stat.h> does.
void node_stat(const struct node *node, struct stat *status);

#endif
