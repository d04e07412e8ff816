// SPDX-License-Identifier: MIT
// The regions of an address space: ranges of whole pages, each with one set of rights and one source of its
// contents. They are sorted by address and do not overlap. What is actually mapped is the page tables'
// business (tree.h): a page appears there when it is touched first.
#ifndef PV_KERNEL_REGION_H
#define PV_KERNEL_REGION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct node;

enum { REGION_LIMIT = 256 }; // regions of one space

struct region {
    struct region *next;
    uint64_t start, end; // addresses, of whole pages
    uint64_t lowest;     // down to here it grows when it is touched below; `start` if it does not
    unsigned rights;     // enum pv_page_right; without PV_PAGE_USER nothing in it may be accessed
    // Contents of pages that are touched first: [start, file_end) is a file's from file_offset on, the rest
    // zeros.
    struct node *file; // NULL: zeros only
    uint64_t file_offset;
    uint64_t file_end;
};

struct regions {
    struct region *first;
    struct region *found; // the region that was looked for last, or NULL
    unsigned count;
};

// The region that an address is in, or which grows down to it; NULL if there is none.
struct region *region_find(struct regions *regions, uint64_t address);

// Adds a copy of *region (whose `next` does not matter; the file gets one more user), or makes a neighbour
// with the same properties longer. Returns 0, -EINVAL if it is empty, has a part of no whole page or overlaps
// another, -ENOMEM.
int region_add(struct regions *regions, const struct region *region);

// Takes a range of whole pages out of all regions, which may split one. Returns 0, or -ENOMEM and nothing has
// changed.
int region_remove(struct regions *regions, uint64_t start, uint64_t end);

// The lowest address, not below `from`, at which `size` bytes are in no region and below `to`; 0 if there is
// none.
uint64_t region_gap(const struct regions *regions, uint64_t size, uint64_t from, uint64_t to);

// Makes *regions, which is empty, a copy. False: no memory, and it is still empty.
bool regions_copy(struct regions *regions, const struct regions *from);

// Removes all.
void regions_clear(struct regions *regions);

#endif
