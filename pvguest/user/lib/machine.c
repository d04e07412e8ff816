// SPDX-License-Identifier: MIT
// What a program can ask about the machine and the system's limits (<unistd.h>).
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "kernel/interface.h"
#include "syscall.h"

#define PAGE_SIZE  4096
#define FILE_LIMIT 32

int getpagesize(void)
{
    return PAGE_SIZE;
}

int gethostname(char *name, size_t size)
{
    struct system_info info;

    if (syscall_result(syscall_system((uintptr_t)&info)) < 0)
        return -1;
    if (strlcpy(name, info.name, size) < size)
        return 0;
    errno = ENAMETOOLONG;
    return -1;
}

long sysconf(int name)
{
    struct system_info info;

    switch (name) {
    case _SC_CLK_TCK:
        return CLOCKS_PER_SEC;
    case _SC_CHILD_MAX:
        return PROCESS_LIMIT;
    case _SC_OPEN_MAX:
        return FILE_LIMIT;
    case _SC_PAGESIZE:
        return PAGE_SIZE;
    case _SC_NPROCESSORS_CONF:
    case _SC_NPROCESSORS_ONLN:
        return 1;
    case _SC_PHYS_PAGES:
        return syscall_system((uintptr_t)&info) < 0 ? -1 : (long)info.frames_total;
    case _SC_AVPHYS_PAGES:
        return syscall_system((uintptr_t)&info) < 0 ? -1 : (long)info.frames_free;
    default:
        errno = EINVAL;
        return -1;
    }
}
