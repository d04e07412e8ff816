// SPDX-License-Identifier: MIT
/*
 * The hypervisor's own page tables: the slots that every address space shares. Built once at boot; afterwards
 * no entry of them changes but for pages added to the area of stacks and devices, and the guest's page of
 * descriptors there.
 */
#ifndef PV_X86_PAGING_H
#define PV_X86_PAGING_H

#include <stdbool.h>
#include <stdint.h>

#include "mm/address.h"
#include "mm/entry.h"
#include "x86/layout.h"

/** Where a machine address is in the direct map. */
static inline void *direct(uint64_t machine_address)
{
    return (void *)(DIRECT_MAP + machine_address);
}

/** Where a frame is in the direct map. */
static inline void *direct_frame(mfn_t frame)
{
    return direct(mfn_address(frame));
}

/** The frame of a page that is reached through the direct map. */
static inline mfn_t direct_number(const void *page)
{
    return mfn_of((uint64_t)page - DIRECT_MAP);
}

/** Gives a zeroed page for a table, by its machine address; 0 when there is none. */
typedef uint64_t paging_allocate(void);

/** Begins the hypervisor's tables; their pages come from `allocate` from now on. */
bool paging_open(paging_allocate *allocate);

/** Takes pages for tables from another place from now on. */
void paging_allocator_set(paging_allocate *allocate);

/**
 * Maps `length` bytes (whole pages) at a hypervisor's virtual address to a machine address, with large pages
 * where they fit. Returns false when there is no page for a table.
 */
bool paging_map(uint64_t address, uint64_t machine_address, uint64_t length, uint64_t flags);

/** Maps the image, each section with its own permissions. */
bool paging_map_image(void);

/**
 * Adds a range of memory to the direct map, read-only where the image's code and constants are.
 */
bool paging_map_direct(uint64_t start, uint64_t end);

/** Loads the hypervisor's tables. The boot tables are gone afterwards. */
void paging_load(void);

/** The machine address of the root that has nothing but the hypervisor's slots. */
uint64_t paging_root(void);

/**
 * Maps one zeroed page, read-only, wherever nothing is mapped between two addresses: with shared tables, so
 * that it costs little however far they are apart. Returns false when there is no page for a table.
 */
bool paging_map_zeroes(uint64_t start, uint64_t end);

/** Copies the hypervisor's slots to the level-4 table of a guest, and clears them again. */
void paging_share(uint64_t *level4);
void paging_unshare(uint64_t *level4);

/**
 * Maps two adjacent pages for a processor's descriptors: the second a fresh one, to which the result leads;
 * the first the zeroed page, until paging_descriptors_set says otherwise. NULL when there is no page for a
 * table.
 */
uint64_t *paging_map_descriptors(void);

/** Maps a guest's frame, or for frame 0 the zeroed page, as the first of those two pages. */
void paging_descriptors_set(const uint64_t *descriptors, mfn_t frame);

/**
 * Maps device registers, uncached; returns their virtual address, or NULL when there is no page for a table.
 */
void *paging_map_device(uint64_t machine_address, uint64_t length);

/**
 * Maps a stack of STACK_SIZE bytes from fresh pages below an unmapped one; returns its top, 16 bytes of
 * which are left for the caller, or 0.
 */
uint64_t paging_map_stack(void);

#endif
