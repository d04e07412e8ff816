// SPDX-License-Identifier: MIT
// Address spaces: regions say what there may be, page tables what there is. A page that several spaces have
// (after fork) is mapped writable in none of them; who writes to it gets a copy, and the last keeps it.
#ifndef PV_KERNEL_SPACE_H
#define PV_KERNEL_SPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/region.h"
#include "kernel/tree.h"

struct space {
    struct tree tree;
    struct regions regions;
    size_t pages;         // that are mapped
    uint64_t break_start; // the data that sbrk moves the end of begins here
    uint64_t break_end;   // any byte; its page is the last of a region
};

// What a page fault came to.
enum space_fault {
    SPACE_FAULT_MENDED,
    SPACE_FAULT_NONE,      // nothing is mapped there, and nothing may be
    SPACE_FAULT_RIGHTS,    // something is, but not for this kind of access
    SPACE_FAULT_NO_MEMORY, // there is no memory for it
    SPACE_FAULT_FILE,      // its file could not be read
};

// Makes what the kernel itself runs on when no process does. Once, before all others; panics without memory.
void spaces_start(void);

// An empty space; NULL: no memory.
struct space *space_create(void);

// A copy of a space that shares all pages with it until one side writes; NULL: no memory, not even for all
// pages to be written to now, and nothing has changed.
struct space *space_copy(struct space *space);

// Gives up a space and all that is in it; NULL is let pass. If it is the current one, the kernel's own
// becomes that.
void space_destroy(struct space *space);

// Makes a space the current one; NULL: a space without user pages. Costs nothing when it is already.
void space_activate(struct space *space);

// The same for a space, together with the stack for entries from its user mode.
void space_activate_with(struct space *space, void *stack);

// Whether a space is the current one.
bool space_is_active(const struct space *space);

// Unmaps the pages in [start, end), of whole pages; regions stay as they are.
void space_drop(struct space *space, uint64_t start, uint64_t end);

// Mends a page fault at a user address. error has the bits of the processor (pvops/kernel.h).
enum space_fault space_fault(struct space *space, uint64_t address, uint64_t error);

// Adds a region, within USER_LOW..USER_END. Errors as region_add(), and -EACCES for one that is writable and
// executable.
int space_map(struct space *space, const struct region *region);

// Removes everything in a range of whole pages. Returns 0, -EINVAL or -ENOMEM.
int space_unmap(struct space *space, uint64_t start, uint64_t size);

// Maps zeros somewhere, with rights of enum pv_page_right. Returns the address, -EINVAL for size 0, -EACCES,
// or -ENOMEM: there is no room, or less memory than that is free.
int64_t space_map_anywhere(struct space *space, uint64_t size, unsigned rights);

// Moves the end of the data by `increment` bytes. Returns where it was, or -ENOMEM.
int64_t space_break(struct space *space, int64_t increment);

// Writes to a space that may not be the current one, as if user mode did. False: what is there cannot be
// written.
bool space_write(struct space *space, uint64_t address, const void *from, size_t size);

// How many pages are mapped.
static inline size_t space_pages(const struct space *space)
{
    return space->pages;
}

#endif
