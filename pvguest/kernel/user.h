// SPDX-License-Identifier: MIT
// User memory, from the kernel: the only ways to it. Addresses are any numbers that user mode gave; what is
// not in USER_LOW..USER_END, or cannot be accessed as user mode could, is an error and never a fault. A copy
// waits for nothing, but pages may appear by it, as if user mode had touched them.
#ifndef PV_KERNEL_USER_H
#define PV_KERNEL_USER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Whether all `size` bytes at an address could be a user's, whatever is mapped there. Size 0: always.
bool user_range(uint64_t address, uint64_t size);

// Copies from and to the memory of the current process. False: some of it cannot be accessed; part of it may
// have been copied.
bool user_read(void *to, uint64_t from, size_t size);
bool user_write(uint64_t to, const void *from, size_t size);

// Copies a text, with its terminator, to the `size` bytes (at least 1) at `to`. Returns its length without
// the terminator, -EFAULT, or -ENAMETOOLONG if it does not fit: then its first `size` bytes were copied.
int64_t user_string(char *to, uint64_t from, size_t size);

#endif
