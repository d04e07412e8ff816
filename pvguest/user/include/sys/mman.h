// SPDX-License-Identifier: MIT
// Memory (IEEE Std 1003.1-2017, <sys/mman.h>): anonymous and private, at an address of the kernel's choice.
#ifndef PV_USER_SYS_MMAN_H
#define PV_USER_SYS_MMAN_H

#include <sys/types.h>

#define PROT_NONE  0
#define PROT_READ  1
#define PROT_WRITE 2
#define PROT_EXEC  4

#define MAP_PRIVATE   0x02
#define MAP_ANONYMOUS 0x20
#define MAP_ANON      MAP_ANONYMOUS

#define MAP_FAILED ((void *)-1)

// Maps `length` bytes of zeros, rounded up to whole pages. `protection` is a sum of PROT_ values; `flags` has
// to be MAP_PRIVATE | MAP_ANONYMOUS, `file` -1 and `offset` 0; `hint` is not looked at. MAP_FAILED and errno
// EINVAL or ENOMEM.
void *mmap(void *hint, size_t length, int protection, int flags, int file, off_t offset);

// Takes the pages of a range out of the address space, whatever was there. `address` is that of a page. 0, or
// -1 with errno EINVAL.
int munmap(void *address, size_t length);

#endif
