// SPDX-License-Identifier: MIT
// Copies between kernel and user memory. The range is checked here, what is mapped by the copy itself: a page
// that is missing comes by the same page fault as in user mode, or the copy fails.
#include "kernel/user.h"

#include <errno.h>

#include "kernel/interface.h"
#include "kernel/string.h"
#include "pvops/pvops.h"

// A text is read in parts that lie in one such block, so that nothing beyond the page of its end is touched.
enum { BLOCK = 64 };

bool user_range(uint64_t address, uint64_t size)
{
    return size == 0 || (address >= USER_LOW && address < USER_END && size <= USER_END - address);
}

bool user_read(void *to, uint64_t from, size_t size)
{
    return user_range(from, size) && pv_copy(to, (const void *)from, size);
}

bool user_write(uint64_t to, const void *from, size_t size)
{
    return user_range(to, size) && pv_copy((void *)to, from, size);
}

int64_t user_string(char *to, uint64_t from, size_t size)
{
    size_t done = 0;

    while (done < size) {
        size_t part = BLOCK - (from + done) % BLOCK;

        if (part > size - done)
            part = size - done;
        if (!user_read(to + done, from + done, part))
            return -EFAULT;
        size_t length = strnlen(to + done, part);

        if (length < part)
            return (int64_t)(done + length);
        done += part;
    }
    return -ENAMETOOLONG;
}
