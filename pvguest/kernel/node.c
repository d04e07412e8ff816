// SPDX-License-Identifier: MIT
// Nodes, and the bytes of regular files between them and user memory.
//
// A copy goes in steps, none of which crosses a page's border on either side. So a step succeeds or has moved
// nothing, and what was counted as moved is exactly what was.
#include "kernel/node.h"

#include <errno.h>
#include <sys/stat.h>

#include "kernel/clock.h"
#include "kernel/device.h"
#include "kernel/directory.h"
#include "kernel/heap.h"
#include "kernel/string.h"
#include "kernel/user.h"

enum { NS_PER_SECOND = 1000000000, DEVICE_NUMBER = 1, STAT_BLOCK = 512 };

static uint64_t last_number;

struct node *node_create(uint32_t mode)
{
    struct node *node = content_room() ? heap_allocate(sizeof(*node)) : NULL;

    if (node == NULL)
        return NULL;
    node->number = ++last_number;
    node->mode = mode;
    node->references = 1;
    node_touch(node);
    return node;
}

static void node_end(struct node *node)
{
    if (node->links != 0 || node->references != 0)
        return;
    if (node_is_regular(node))
        content_cut(&node->content, 0);
    heap_free(node);
}

struct node *node_get(struct node *node)
{
    node->references++;
    return node;
}

void node_put(struct node *node)
{
    node->references--;
    node_end(node);
}

void node_unlink(struct node *node)
{
    node->links--;
    node_end(node);
}

void node_touch(struct node *node)
{
    node->modified = clock_wall();
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

// The length of the next step of a copy between a file's offset and an address.
static size_t step_size(uint64_t offset, uint64_t address, size_t left)
{
    return smaller(left, smaller(PAGE_SIZE - offset % PAGE_SIZE, PAGE_SIZE - address % PAGE_SIZE));
}

// The bytes of a file from an offset to the end of its page.
static const uint8_t *bytes_at(const struct node *node, uint64_t offset)
{
    const uint8_t *page = content_page(&node->content, offset / PAGE_SIZE);

    return (page != NULL ? page : content_zeros) + offset % PAGE_SIZE;
}

bool node_read_kernel(const struct node *node, uint64_t offset, void *to, size_t size)
{
    uint8_t *target = to;

    if (!node_is_regular(node) || offset > node->size || size > node->size - offset)
        return false;
    for (size_t done = 0, step; done < size; done += step) {
        step = step_size(offset + done, 0, size - done);
        memcpy(target + done, bytes_at(node, offset + done), step);
    }
    return true;
}

int64_t node_read(const struct node *node, uint64_t offset, uint64_t to, size_t size)
{
    size_t done = 0;

    if (offset >= node->size)
        return 0;
    size = smaller(size, node->size - offset);
    while (done < size) {
        size_t step = step_size(offset + done, to + done, size - done);

        if (!user_write(to + done, bytes_at(node, offset + done), step))
            return done != 0 ? (int64_t)done : -EFAULT;
        done += step;
    }
    return (int64_t)done;
}

// Writes as much as can be; *error says why that is not all.
static size_t content_write(struct content *content, uint64_t offset, uint64_t from, size_t size, int *error)
{
    size_t done = 0;

    while (done < size) {
        size_t step = step_size(offset + done, from + done, size - done);
        uint8_t *page = content_page_writable(content, (offset + done) / PAGE_SIZE);

        if (page == NULL)
            *error = -ENOSPC;
        else if (!user_read(page + (offset + done) % PAGE_SIZE, from + done, step))
            *error = -EFAULT;
        if (*error != 0)
            break;
        done += step;
    }
    return done;
}

int64_t node_write(struct node *node, uint64_t offset, uint64_t from, size_t size)
{
    size_t done;
    int error = 0;

    if (size == 0)
        return 0;
    if (offset >= CONTENT_LIMIT)
        return -EFBIG;
    if (!content_own(&node->content, node->size))
        return -ENOSPC;
    done = content_write(&node->content, offset, from, smaller(size, CONTENT_LIMIT - offset), &error);
    if (done == 0)
        return error;
    if (offset + done > node->size)
        node->size = offset + done;
    node_touch(node);
    return (int64_t)done;
}

int64_t node_truncate(struct node *node, uint64_t size)
{
    if (size > CONTENT_LIMIT)
        return -EFBIG;
    if (size != 0 && !content_own(&node->content, node->size))
        return -ENOSPC;
    if (size < node->size)
        content_cut(&node->content, size);
    node->size = size;
    node_touch(node);
    return 0;
}

static uint64_t node_blocks(const struct node *node)
{
    uint64_t bytes = node->content.image != NULL ? node->size : node->content.pages * PAGE_SIZE;

    return (bytes + STAT_BLOCK - 1) / STAT_BLOCK;
}

void node_stat(const struct node *node, struct stat *status)
{
    memset(status, 0, sizeof(*status));
    status->st_dev = DEVICE_NUMBER;
    status->st_ino = (ino_t)node->number;
    status->st_mode = node->mode;
    status->st_nlink = (nlink_t)node->links;
    status->st_blksize = PAGE_SIZE;
    status->st_mtim.tv_sec = (time_t)(node->modified / NS_PER_SECOND);
    status->st_mtim.tv_nsec = (long)(node->modified % NS_PER_SECOND);
    status->st_atim = status->st_mtim;
    status->st_ctim = status->st_mtim;
    if (node_is_regular(node)) {
        status->st_size = (off_t)node->size;
        status->st_blocks = (blkcnt_t)node_blocks(node);
    } else if (node_is_directory(node)) {
        // Its name, its own `.`, and the `..` of each directory in it.
        status->st_nlink = (nlink_t)(node->links + 1 + directory_children(node));
    } else {
        status->st_rdev = (dev_t)node->device->number;
    }
}
