// SPDX-License-Identifier: MIT
// Open files (<unistd.h>, <fcntl.h>, <sys/ioctl.h>), each function one system call.
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "syscall.h"

// The mode is there for a file that may be created, and only then.
int open(const char *path, int flags, ...)
{
    mode_t mode = 0;

    if ((flags & O_CREAT) != 0) {
        va_list list;

        va_start(list, flags);
        mode = va_arg(list, mode_t);
        va_end(list);
    }
    return (int)syscall_result(syscall_open((uintptr_t)path, (uint64_t)flags, mode));
}

int creat(const char *path, mode_t mode)
{
    return open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
}

int close(int file)
{
    return (int)syscall_result(syscall_close((uint64_t)file));
}

_READ_WRITE_RETURN_TYPE read(int file, void *buffer, size_t size)
{
    return (_READ_WRITE_RETURN_TYPE)syscall_result(syscall_read((uint64_t)file, (uintptr_t)buffer, size));
}

_READ_WRITE_RETURN_TYPE write(int file, const void *bytes, size_t size)
{
    return (_READ_WRITE_RETURN_TYPE)syscall_result(syscall_write((uint64_t)file, (uintptr_t)bytes, size));
}

off_t lseek(int file, off_t offset, int whence)
{
    return (off_t)syscall_result(syscall_lseek((uint64_t)file, (uint64_t)offset, (uint64_t)whence));
}

int ftruncate(int file, off_t length)
{
    return (int)syscall_result(syscall_ftruncate((uint64_t)file, (uint64_t)length));
}

int fstat(int file, struct stat *status)
{
    return (int)syscall_result(syscall_fstat((uint64_t)file, (uintptr_t)status));
}

int dup(int file)
{
    return (int)syscall_result(syscall_dup((uint64_t)file));
}

int dup2(int file, int second)
{
    return (int)syscall_result(syscall_dup2((uint64_t)file, (uint64_t)second));
}

int pipe(int files[2])
{
    return (int)syscall_result(syscall_pipe((uintptr_t)files));
}

int fcntl(int file, int command, ...)
{
    va_list list;

    va_start(list, command);
    int argument = va_arg(list, int);

    va_end(list);
    return (int)syscall_result(syscall_fcntl((uint64_t)file, (uint64_t)command, (uint64_t)argument));
}

int ioctl(int file, int request, void *argument)
{
    return (int)syscall_result(syscall_ioctl((uint64_t)file, (uint64_t)request, (uintptr_t)argument));
}

// All files are in memory.
int fsync(int file)
{
    return fcntl(file, F_GETFD) < 0 ? -1 : 0;
}
