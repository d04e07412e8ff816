// SPDX-License-Identifier: MIT
// What the kernel does for the C library before it uses it. Everything else the library asks for by name.
#ifndef PV_KERNEL_NEWLIB_H
#define PV_KERNEL_NEWLIB_H

#include <stdint.h>

struct pv_boot;

// Gives malloc the machine's free memory. Called once, before any function of the library that may allocate.
void heap_start(const struct pv_boot *boot);

// The physical address of a byte that malloc gave.
uint64_t heap_physical(const volatile void *address);

// The other way.
void *heap_pointer(uint64_t physical);

#endif
