// SPDX-License-Identifier: MIT
// The system calls that newlib's C library is built on (newlib's manual, "Syscalls"), over the shim. One
// process, three open files that are all the console, and memory that only grows.
#include "newlib.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "console.h"
#include "pvops/pvops.h"
#include "reason.h"
#include "timer.h"

// The heap: all physical memory that is free at the start, through the map of all memory.
static char *heap_end;
static char *heap_limit;
static uintptr_t physmap;

void heap_start(const struct pv_boot *boot)
{
    heap_end = (char *)(boot->physmap + boot->free_start);
    heap_limit = (char *)(boot->physmap + boot->free_end);
    physmap = boot->physmap;
}

uint64_t heap_physical(const volatile void *address)
{
    return (uintptr_t)address - physmap;
}

void *heap_pointer(uint64_t physical)
{
    return (void *)(physmap + physical);
}

void *sbrk(ptrdiff_t increment)
{
    char *block = heap_end;

    if (increment > heap_limit - heap_end) {
        errno = ENOMEM;
        return (void *)-1;
    }
    heap_end += increment;
    return block;
}

int write(int file, const void *bytes, size_t length)
{
    (void)file;
    console_write(bytes, length);
    return (int)length;
}

// A line at a time, as a terminal gives it; what does not fit into `size` bytes is lost.
int read(int file, void *buffer, size_t size)
{
    char *line = buffer;

    (void)file;
    if (size == 0)
        return 0;
    size_t length = console_line(line, size);

    line[length] = '\n';
    return (int)length + 1;
}

// A character device: newlib then buffers by the line.
int fstat(int file, struct stat *status)
{
    (void)file;
    *status = (struct stat){.st_mode = S_IFCHR};
    return 0;
}

int isatty(int file)
{
    (void)file;
    return 1;
}

off_t lseek(int file, off_t offset, int whence)
{
    (void)file;
    (void)offset;
    (void)whence;
    errno = ESPIPE;
    return -1;
}

int close(int file)
{
    (void)file;
    errno = EBADF;
    return -1;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone)
{
    uint64_t now = pvop_time_read();

    (void)zone;
    *time = (struct timeval){
        .tv_sec = (time_t)(now / NS_PER_SECOND),
        .tv_usec = (suseconds_t)(now % NS_PER_SECOND / 1000),
    };
    return 0;
}

pid_t getpid(void)
{
    return 1;
}

int kill(pid_t process, int signal)
{
    (void)process;
    _exit(REASON_SIGNAL + signal);
}

void _exit(int status)
{
    pvop_cpu_end((uint8_t)status);
}
