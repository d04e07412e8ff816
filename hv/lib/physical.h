// SPDX-License-Identifier: MIT
// How readers of tables that lie in physical memory reach it: through a function of the caller's.
#ifndef PV_LIB_PHYSICAL_H
#define PV_LIB_PHYSICAL_H

#include <stdint.h>

// Gives the bytes at a physical address, all `size` of them readable, or NULL if they are out of reach (as 0
// bytes may be). Must refuse ranges that wrap around. What it gave stays readable as long as the reader's
// results are in use.
typedef const void *physical_map(uint64_t physical, uint64_t size);

#endif
