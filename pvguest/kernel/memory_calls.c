// SPDX-License-Identifier: MIT
// The system calls for memory.
#include <errno.h>

#include "kernel/process.h"
#include "kernel/space.h"
#include "kernel/syscall.h"
#include "pvops/pvops.h"

// Of <sys/mman.h>.
enum { PROT_READ = 1, PROT_WRITE = 2, PROT_EXEC = 4, PROT_ALL = 7 };
enum { MAP_PRIVATE = 2, MAP_ANONYMOUS = 0x20 };

int64_t sys_sbrk(uint64_t increment)
{
    return space_break(process_current()->space, (int64_t)increment);
}

int64_t sys_mmap(uint64_t length, uint64_t protection, uint64_t flags)
{
    unsigned rights = 0;

    if (flags != (MAP_PRIVATE | MAP_ANONYMOUS) || protection & ~(uint64_t)PROT_ALL)
        return -EINVAL;
    if (protection != 0)
        rights |= PV_PAGE_USER;
    if (protection & PROT_WRITE)
        rights |= PV_PAGE_WRITE;
    if (protection & PROT_EXEC)
        rights |= PV_PAGE_EXECUTE;
    return space_map_anywhere(process_current()->space, length, rights);
}

int64_t sys_munmap(uint64_t address, uint64_t length)
{
    return space_unmap(process_current()->space, address, length);
}
