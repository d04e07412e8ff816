// SPDX-License-Identifier: MIT
// Open files, in a table of FILE_LIMIT. A process that sleeps in one of these functions has the file in its
// own table of descriptors, which nobody else changes: so it stays open meanwhile.
#include "kernel/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel/device.h"
#include "kernel/directory.h"
#include "kernel/path.h"
#include "kernel/pipe.h"
#include "kernel/string.h"
#include "kernel/user.h"

enum { FILE_PERMISSIONS = 0777, PIPE_MODE = 0600, FILE_KEPT_FLAGS = O_ACCMODE | O_APPEND | O_NONBLOCK };

static struct file table[FILE_LIMIT];

static struct file *file_take(uint32_t flags)
{
    for (unsigned i = 0; i < FILE_LIMIT; i++) {
        if (table[i].references == 0) {
            table[i] = (struct file){.references = 1, .flags = flags & FILE_KEPT_FLAGS};
            return &table[i];
        }
    }
    return NULL;
}

int file_pipe(struct file **reader, struct file **writer)
{
    struct pipe *pipe = pipe_create();

    if (pipe == NULL)
        return -ENOMEM;
    *reader = file_take(O_RDONLY);
    *writer = file_take(O_WRONLY);
    if (*reader == NULL || *writer == NULL) {
        if (*reader != NULL)
            (*reader)->references = 0;
        pipe_close(pipe, false);
        pipe_close(pipe, true);
        return -ENFILE;
    }
    (*reader)->pipe = pipe;
    (*writer)->pipe = pipe;
    return 0;
}

// The node of the last name of a path, which is made if there is none; *made tells.
static int node_find_or_make(uint64_t path, uint32_t flags, uint32_t mode, struct node **node, bool *made)
{
    struct path_end end;
    int error = path_find_end_user(path, &end);

    if (error == -EEXIST)
        return flags & O_EXCL ? -EEXIST : -EISDIR;
    if (error != 0)
        return error;
    error = directory_find(end.directory, end.name, node);
    if (error == 0 && flags & O_EXCL) {
        node_put(*node);
        error = -EEXIST;
    } else if (error == -ENOENT && end.slash) {
        error = -EISDIR;
    } else if (error == -ENOENT) {
        error = directory_make(end.directory, end.name, S_IFREG | (mode & FILE_PERMISSIONS), node);
        *made = error == 0;
    } else if (error == 0 && end.slash && !node_is_directory(*node)) {
        node_put(*node);
        error = -ENOTDIR;
    }
    node_put(end.directory);
    return error;
}

static uint32_t rights_needed(uint32_t access)
{
    return (access != O_WRONLY ? NODE_READ : 0) | (access != O_RDONLY ? NODE_WRITE : 0);
}

// Whether a node that was there before may be opened like this.
static int open_check(const struct node *node, uint32_t flags)
{
    uint32_t access = flags & O_ACCMODE;

    if (node_is_directory(node) && (access != O_RDONLY || flags & O_CREAT))
        return -EISDIR;
    if (!node_is_directory(node) && flags & O_DIRECTORY)
        return -ENOTDIR;
    return node_allows(node, rights_needed(access)) ? 0 : -EACCES;
}

static int node_open(uint64_t path, uint32_t flags, uint32_t mode, struct node **node)
{
    bool made = false;
    int error =
        flags & O_CREAT ? node_find_or_make(path, flags, mode, node, &made) : path_find_user(path, node);

    if (error != 0)
        return error;
    if (!made)
        error = open_check(*node, flags);
    if (error == 0 && flags & O_TRUNC && (flags & O_ACCMODE) != O_RDONLY && node_is_regular(*node))
        error = (int)node_truncate(*node, 0);
    if (error != 0)
        node_put(*node);
    return error;
}

// Tells a device that a file of it is open now, or will be closed.
static void device_tell(const struct file *file, bool opens)
{
    const struct device *device = node_is_device(file->node) ? file->node->device : NULL;

    if (device == NULL || device->open == NULL)
        return;
    if (opens)
        device->open(device, file_is_readable(file), file_is_writable(file));
    else
        device->close(device, file_is_readable(file), file_is_writable(file));
}

int file_open(uint64_t path, uint32_t flags, uint32_t mode, struct file **opened)
{
    struct file *file;
    int error;

    if ((flags & O_ACCMODE) == O_ACCMODE)
        return -EINVAL;
    // First, so that nothing is made or truncated for a file that then cannot be open.
    file = file_take(flags);
    if (file == NULL)
        return -ENFILE;
    error = node_open(path, flags, mode, &file->node);
    if (error != 0) {
        file->references = 0;
        return error;
    }
    device_tell(file, true);
    *opened = file;
    return 0;
}

struct file *file_get(struct file *file)
{
    file->references++;
    return file;
}

void file_put(struct file *file)
{
    if (--file->references != 0)
        return;
    if (file->pipe != NULL) {
        pipe_close(file->pipe, (file->flags & O_ACCMODE) == O_WRONLY);
    } else {
        device_tell(file, false);
        node_put(file->node);
    }
}

size_t file_count(void)
{
    size_t count = 0;

    for (unsigned i = 0; i < FILE_LIMIT; i++)
        count += table[i].references != 0;
    return count;
}

bool file_is_readable(const struct file *file)
{
    return (file->flags & O_ACCMODE) != O_WRONLY;
}

bool file_is_writable(const struct file *file)
{
    return (file->flags & O_ACCMODE) != O_RDONLY;
}

static bool file_waits(const struct file *file)
{
    return (file->flags & O_NONBLOCK) == 0;
}

int64_t file_read(struct file *file, uint64_t to, size_t size)
{
    int64_t done;

    if (!file_is_readable(file))
        return -EBADF;
    if (file->pipe != NULL)
        return pipe_read(file->pipe, to, size, file_waits(file));
    if (node_is_directory(file->node))
        return -EISDIR;
    if (node_is_device(file->node))
        return file->node->device->read(file->node->device, to, size, file_waits(file));
    done = node_read(file->node, file->offset, to, size);
    file->offset += done > 0 ? (uint64_t)done : 0;
    return done;
}

int64_t file_write(struct file *file, uint64_t from, size_t size)
{
    int64_t done;

    if (!file_is_writable(file))
        return -EBADF;
    if (file->pipe != NULL)
        return pipe_write(file->pipe, from, size, file_waits(file));
    if (node_is_device(file->node))
        return file->node->device->write(file->node->device, from, size, file_waits(file));
    if (file->flags & O_APPEND)
        file->offset = file->node->size;
    done = node_write(file->node, file->offset, from, size);
    file->offset += done > 0 ? (uint64_t)done : 0;
    return done;
}

int64_t file_seek(struct file *file, int64_t offset, int whence)
{
    int64_t base = 0;

    if (file->pipe != NULL || node_is_device(file->node))
        return -ESPIPE;
    if (whence == SEEK_CUR)
        base = (int64_t)file->offset;
    else if (whence == SEEK_END && node_is_regular(file->node))
        base = (int64_t)file->node->size;
    else if (whence != SEEK_SET)
        return -EINVAL;
    if (__builtin_add_overflow(base, offset, &base) || base < 0)
        return -EINVAL;
    file->offset = (uint64_t)base;
    return base;
}

int64_t file_list(struct file *file, uint64_t to, size_t count)
{
    uint64_t position = file->offset;
    struct dirent entry;
    size_t done = 0;

    if (file->pipe != NULL || !node_is_directory(file->node))
        return -ENOTDIR;
    while (done < count && directory_next(file->node, &position, &entry)) {
        if (!user_write(to + done * sizeof(entry), &entry, sizeof(entry)))
            return done != 0 ? (int64_t)done : -EFAULT;
        file->offset = position;
        done++;
    }
    return (int64_t)done;
}

void file_stat(const struct file *file, struct stat *status)
{
    if (file->pipe == NULL) {
        node_stat(file->node, status);
        return;
    }
    memset(status, 0, sizeof(*status));
    status->st_mode = S_IFIFO | PIPE_MODE;
    status->st_nlink = 1;
    status->st_blksize = PIPE_ATOMIC;
    status->st_size = (off_t)pipe_length(file->pipe);
}
