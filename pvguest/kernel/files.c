// SPDX-License-Identifier: MIT
// The table of descriptors of a process.
#include "kernel/files.h"

#include <errno.h>
#include <stddef.h>

#include "kernel/heap.h"

_Static_assert(FILES_LIMIT <= 32, "close_on_exec has a bit for each descriptor");

struct files *files_create(void)
{
    return heap_allocate(sizeof(struct files));
}

struct files *files_copy(const struct files *files)
{
    struct files *copy = files_create();

    if (copy == NULL)
        return NULL;
    *copy = *files;
    for (unsigned i = 0; i < FILES_LIMIT; i++) {
        if (copy->file[i] != NULL)
            file_get(copy->file[i]);
    }
    return copy;
}

void files_destroy(struct files *files)
{
    for (unsigned i = 0; i < FILES_LIMIT; i++)
        files_close(files, i);
    heap_free(files);
}

void files_exec(struct files *files)
{
    for (unsigned i = 0; i < FILES_LIMIT; i++) {
        if (files->close_on_exec & 1U << i)
            files_close(files, i);
    }
}

struct file *files_get(const struct files *files, uint64_t descriptor)
{
    return descriptor < FILES_LIMIT ? files->file[descriptor] : NULL;
}

int files_add(struct files *files, struct file *file, unsigned lowest, bool close_on_exec)
{
    unsigned i = lowest;

    while (i < FILES_LIMIT && files->file[i] != NULL)
        i++;
    if (i >= FILES_LIMIT)
        return -EMFILE;
    files->file[i] = file;
    if (close_on_exec)
        files->close_on_exec |= 1U << i;
    return (int)i;
}

bool files_full(const struct files *files)
{
    unsigned i = 0;

    while (i < FILES_LIMIT && files->file[i] != NULL)
        i++;
    return i == FILES_LIMIT;
}

int files_close(struct files *files, uint64_t descriptor)
{
    struct file *file = files_get(files, descriptor);

    if (file == NULL)
        return -EBADF;
    files->file[descriptor] = NULL;
    files->close_on_exec &= ~(1U << descriptor);
    file_put(file);
    return 0;
}

int files_duplicate(struct files *files, uint64_t from, uint64_t to)
{
    struct file *file = files_get(files, from);

    if (file == NULL || to >= FILES_LIMIT)
        return -EBADF;
    if (from == to)
        return (int)to;
    file_get(file);
    files_close(files, to);
    files->file[to] = file;
    return (int)to;
}
