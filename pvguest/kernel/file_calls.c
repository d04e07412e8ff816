// SPDX-License-Identifier: MIT
// System calls that take a descriptor. They decode what the user gave; file.c and files.c do the work.
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "kernel/device.h"
#include "kernel/file.h"
#include "kernel/files.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/user.h"

// Bytes of one read() or write(), entries of one readdir(), each of which is looked for from the directory's
// first. More are cut down to that, which POSIX allows.
enum { TRANSFER_LIMIT = 1 << 30, LIST_LIMIT = 64, STATUS_FLAGS = O_APPEND | O_NONBLOCK };

static struct files *own_files(void)
{
    return process_current()->files;
}

static struct file *own_file(uint64_t descriptor)
{
    return files_get(own_files(), descriptor);
}

static size_t transfer_size(uint64_t size)
{
    return size < TRANSFER_LIMIT ? size : TRANSFER_LIMIT;
}

// Gives the holder's file a descriptor, or lets it go.
static int64_t file_install(struct file *file, unsigned lowest, bool close_on_exec)
{
    int descriptor = files_add(own_files(), file, lowest, close_on_exec);

    if (descriptor < 0)
        file_put(file);
    return descriptor;
}

int64_t sys_open(uint64_t path, uint64_t flags, uint64_t mode)
{
    struct file *file;
    int error;

    if (files_full(own_files()))
        return -EMFILE;
    error = file_open(path, (uint32_t)flags, (uint32_t)mode, &file);
    return error != 0 ? error : file_install(file, 0, flags & O_CLOEXEC);
}

int64_t sys_close(uint64_t descriptor)
{
    return files_close(own_files(), descriptor);
}

int64_t sys_read(uint64_t descriptor, uint64_t to, uint64_t size)
{
    struct file *file = own_file(descriptor);

    return file != NULL ? file_read(file, to, transfer_size(size)) : -EBADF;
}

int64_t sys_write(uint64_t descriptor, uint64_t from, uint64_t size)
{
    struct file *file = own_file(descriptor);

    return file != NULL ? file_write(file, from, transfer_size(size)) : -EBADF;
}

int64_t sys_lseek(uint64_t descriptor, uint64_t offset, uint64_t whence)
{
    struct file *file = own_file(descriptor);

    return file != NULL ? file_seek(file, (int64_t)offset, (int)whence) : -EBADF;
}

static int64_t file_duplicate(struct file *file, uint64_t lowest, bool close_on_exec)
{
    if (lowest >= FILES_LIMIT)
        return -EINVAL;
    return file_install(file_get(file), (unsigned)lowest, close_on_exec);
}

int64_t sys_dup(uint64_t descriptor)
{
    struct file *file = own_file(descriptor);

    return file != NULL ? file_duplicate(file, 0, false) : -EBADF;
}

int64_t sys_dup2(uint64_t descriptor, uint64_t to)
{
    return files_duplicate(own_files(), descriptor, to);
}

int64_t sys_pipe(uint64_t descriptors)
{
    struct file *reader, *writer;
    int64_t error = file_pipe(&reader, &writer);
    int32_t pair[2];

    if (error != 0)
        return error;
    error = file_install(reader, 0, false);
    pair[0] = (int32_t)error;
    if (error < 0) {
        file_put(writer);
        return error;
    }
    error = file_install(writer, 0, false);
    pair[1] = (int32_t)error;
    if (error >= 0 && user_write(descriptors, pair, sizeof(pair)))
        return 0;
    if (error >= 0) {
        files_close(own_files(), (uint64_t)pair[1]);
        error = -EFAULT;
    }
    files_close(own_files(), (uint64_t)pair[0]);
    return error;
}

int64_t sys_fstat(uint64_t descriptor, uint64_t status)
{
    const struct file *file = own_file(descriptor);
    struct stat described;

    if (file == NULL)
        return -EBADF;
    file_stat(file, &described);
    return user_write(status, &described, sizeof(described)) ? 0 : -EFAULT;
}

int64_t sys_readdir(uint64_t descriptor, uint64_t to, uint64_t count)
{
    struct file *file = own_file(descriptor);

    return file != NULL ? file_list(file, to, count < LIST_LIMIT ? count : LIST_LIMIT) : -EBADF;
}

int64_t sys_ioctl(uint64_t descriptor, uint64_t request, uint64_t argument)
{
    const struct file *file = own_file(descriptor);

    if (file == NULL)
        return -EBADF;
    if (file->pipe != NULL || !node_is_device(file->node))
        return -ENOTTY;
    return file->node->device->control(request, argument);
}

static int64_t close_on_exec_set(uint64_t descriptor, bool set)
{
    uint32_t bit = 1U << descriptor;

    if (set)
        own_files()->close_on_exec |= bit;
    else
        own_files()->close_on_exec &= ~bit;
    return 0;
}

static int64_t flags_set(struct file *file, uint64_t flags)
{
    file->flags = (file->flags & ~(uint32_t)STATUS_FLAGS) | (flags & STATUS_FLAGS);
    return 0;
}

int64_t sys_fcntl(uint64_t descriptor, uint64_t command, uint64_t argument)
{
    struct file *file = own_file(descriptor);

    if (file == NULL)
        return -EBADF;
    switch (command) {
    case F_DUPFD:
    case F_DUPFD_CLOEXEC:
        return file_duplicate(file, argument, command == F_DUPFD_CLOEXEC);
    case F_GETFD:
        return own_files()->close_on_exec & 1U << descriptor ? FD_CLOEXEC : 0;
    case F_SETFD:
        return close_on_exec_set(descriptor, argument & FD_CLOEXEC);
    case F_GETFL:
        return file->flags;
    case F_SETFL:
        return flags_set(file, argument);
    default:
        return -EINVAL;
    }
}

int64_t sys_ftruncate(uint64_t descriptor, uint64_t length)
{
    const struct file *file = own_file(descriptor);

    if (file == NULL)
        return -EBADF;
    if (!file_is_writable(file) || file->pipe != NULL || !node_is_regular(file->node) || (int64_t)length < 0)
        return -EINVAL;
    return node_truncate(file->node, length);
}
