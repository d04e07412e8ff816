// SPDX-License-Identifier: MIT
// Memory (<unistd.h>, <sys/mman.h>): the break, which malloc() lives on, and mappings.
#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "syscall.h"

void *sbrk(ptrdiff_t increment)
{
    return (void *)syscall_result(syscall_sbrk((uint64_t)increment));
}

void *mmap(void *hint, size_t length, int protection, int flags, int file, off_t offset)
{
    (void)hint;
    if (file != -1 || offset != 0) {
        errno = EINVAL;
        return MAP_FAILED;
    }
    return (void *)syscall_result(syscall_mmap(length, (uint64_t)protection, (uint64_t)flags));
}

int munmap(void *address, size_t length)
{
    return (int)syscall_result(syscall_munmap((uintptr_t)address, length));
}
