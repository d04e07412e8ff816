// SPDX-License-Identifier: MIT
// Names in the file system (<unistd.h>, <sys/stat.h>, <stdio.h>), each function one system call.
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel/interface.h"
#include "syscall.h"

int stat(const char *restrict path, struct stat *restrict status)
{
    return (int)syscall_result(syscall_stat((uintptr_t)path, (uintptr_t)status));
}

int access(const char *path, int mode)
{
    return (int)syscall_result(syscall_access((uintptr_t)path, (uint64_t)mode));
}

int chmod(const char *path, mode_t mode)
{
    return (int)syscall_result(syscall_chmod((uintptr_t)path, mode));
}

int mkdir(const char *path, mode_t mode)
{
    return (int)syscall_result(syscall_mkdir((uintptr_t)path, mode));
}

int rmdir(const char *path)
{
    return (int)syscall_result(syscall_rmdir((uintptr_t)path));
}

int link(const char *path, const char *second)
{
    return (int)syscall_result(syscall_link((uintptr_t)path, (uintptr_t)second));
}

int unlink(const char *path)
{
    return (int)syscall_result(syscall_unlink((uintptr_t)path));
}

int rename(const char *from, const char *to)
{
    return (int)syscall_result(syscall_rename((uintptr_t)from, (uintptr_t)to));
}

// A directory too, where newlib's own takes files only.
int remove(const char *path)
{
    int result = unlink(path);

    if (result < 0 && (errno == EISDIR || errno == EPERM))
        return rmdir(path);
    return result;
}

int truncate(const char *path, off_t length)
{
    int file = open(path, O_WRONLY);

    if (file < 0)
        return -1;
    int result = ftruncate(file, length);

    close(file);
    return result;
}

int chdir(const char *path)
{
    return (int)syscall_result(syscall_chdir((uintptr_t)path));
}

// Without a buffer, one from the heap that fits.
char *getcwd(char *buffer, size_t size)
{
    char *path = buffer != NULL ? buffer : malloc(PATH_LIMIT);

    if (path == NULL)
        return NULL;
    if (syscall_result(syscall_getcwd((uintptr_t)path, buffer != NULL ? size : PATH_LIMIT)) >= 0)
        return path;
    if (buffer == NULL)
        free(path);
    return NULL;
}
