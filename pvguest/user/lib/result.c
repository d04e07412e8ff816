// SPDX-License-Identifier: MIT
// Between the kernel's way to report an error, a negative result, and that of POSIX.
#include "syscall.h"

#include <errno.h>

int64_t syscall_result(int64_t result)
{
    if (result >= 0)
        return result;
    errno = (int)-result;
    return -1;
}
