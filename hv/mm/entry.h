// SPDX-License-Identifier: MIT
/*
 * An entry of a page table (Intel SDM vol. 3, 4.5): its bits, and which of them a guest may set.
 */
#ifndef PV_MM_ENTRY_H
#define PV_MM_ENTRY_H

#include <stdbool.h>
#include <stdint.h>

#define PTE_PRESENT  0x1ull
#define PTE_WRITE    0x2ull
#define PTE_USER     0x4ull
#define PTE_UNCACHED 0x18ull
#define PTE_ACCESSED 0x20ull
#define PTE_DIRTY    0x40ull
#define PTE_LARGE    0x80ull
#define PTE_GLOBAL   0x100ull
#define PTE_GUEST    0x07f0000000000e00ull /* bits that the processor ignores: the guest's own */
#define PTE_NX       0x8000000000000000ull
#define PTE_ADDRESS  0x000ffffffffff000ull

#define TABLE_ENTRIES 512

/*
 * The bits that do not matter for what can be reached: a list of what is harmless, never of what is
 * dangerous.
 */
#define ENTRY_HARMLESS (PTE_ACCESSED | PTE_DIRTY | PTE_GUEST)

/*
 * What an entry may have when it is present, beside an address. Not PTE_LARGE: no guest superpages. Not
 * PTE_UNCACHED: memory has one way of caching. Not PTE_GLOBAL: no translation may outlive a load of the root.
 */
#define ENTRY_ALLOWED (PTE_PRESENT | PTE_WRITE | PTE_USER | PTE_NX | ENTRY_HARMLESS)

/* And must have: a page that is not open to ring 3 would be one that SMEP and SMAP do not guard. */
#define ENTRY_REQUIRED (PTE_PRESENT | PTE_USER)

#endif
