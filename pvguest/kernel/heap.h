// SPDX-License-Identifier: MIT
// Memory for the kernel's own objects, of up to a page each. What user mode can make the kernel allocate is
// bounded by who allocates it; NULL is always a possible answer.
#ifndef PV_KERNEL_HEAP_H
#define PV_KERNEL_HEAP_H

#include <stddef.h>

// `size` (1 to PAGE_SIZE) bytes of zeros, aligned to 64 bytes from that size on, and to a page from 2048 on;
// NULL: there is no memory, or size is beyond a page.
void *heap_allocate(size_t size);

// Gives back what heap_allocate() returned; NULL is let pass.
void heap_free(void *object);

#endif
