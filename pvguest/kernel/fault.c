// SPDX-License-Identifier: MIT
// Page faults: a page that is touched first gets a frame with zeros or a part of a file; one that is shared
// and written to, a frame of its own. All pages are private to their space, so one that may be written is
// mapped writable at once, whatever the access was.
#include "kernel/frame.h"
#include "kernel/node.h"
#include "kernel/space.h"
#include "kernel/string.h"
#include "pvops/table.h"

// The processor's error code. Intel SDM volume 3, section 4.7.
enum { ERROR_WRITE = 2, ERROR_FETCH = 16 };

// One page fault.
struct fault {
    struct space *space;
    struct region *region;
    uint64_t page; // address
    pv_entry_at at;
};

static bool access_allowed(const struct region *region, uint64_t error)
{
    unsigned needed = PV_PAGE_USER;

    if (error & ERROR_WRITE)
        needed |= PV_PAGE_WRITE;
    if (error & ERROR_FETCH)
        needed |= PV_PAGE_EXECUTE;
    return (region->rights & needed) == needed;
}

static void page_set(const struct fault *fault, uint64_t frame)
{
    uint64_t entry = pvop_mmu_entry(frame, fault->region->rights);

    if (space_is_active(fault->space))
        pvop_mmu_set_page(fault->at, entry, (const void *)fault->page);
    else
        pvop_mmu_set_level1(fault->at, entry);
}

// Fills a page from its region's source. False: the file cannot be read there.
static bool page_fill(const struct region *region, uint64_t page, char *to)
{
    uint64_t size = region->file_end > page ? region->file_end - page : 0;

    if (size < PAGE_SIZE)
        page_clear(to);
    else
        size = PAGE_SIZE;
    return size == 0 ||
           node_read_kernel(region->file, region->file_offset + (page - region->start), to, size);
}

static enum space_fault page_add(const struct fault *fault)
{
    uint64_t frame = frame_allocate();

    if (frame == 0)
        return SPACE_FAULT_NO_MEMORY;
    if (!page_fill(fault->region, fault->page, frame_pointer(frame))) {
        frame_put(frame);
        return SPACE_FAULT_FILE;
    }
    if (fault->page < fault->region->start)
        fault->region->start = fault->page;
    page_set(fault, frame);
    fault->space->pages++;
    return SPACE_FAULT_MENDED;
}

// Makes a page writable that may be: its last user keeps the frame.
static enum space_fault page_own(const struct fault *fault)
{
    uint64_t shared = pvop_mmu_entry_address(*fault->at);
    uint64_t frame;

    if (frame_users(shared) == 1) {
        page_set(fault, shared);
        return SPACE_FAULT_MENDED;
    }
    frame = frame_allocate();
    if (frame == 0)
        return SPACE_FAULT_NO_MEMORY;
    page_copy(frame_pointer(frame), frame_pointer(shared));
    page_set(fault, frame);
    frame_put(shared);
    return SPACE_FAULT_MENDED;
}

enum space_fault space_fault(struct space *space, uint64_t address, uint64_t error)
{
    struct fault fault = {.space = space, .page = address & ~(uint64_t)(PAGE_SIZE - 1)};

    fault.region = region_find(&space->regions, address);
    if (!fault.region)
        return SPACE_FAULT_NONE;
    if (!access_allowed(fault.region, error))
        return SPACE_FAULT_RIGHTS;
    fault.at = tree_make(&space->tree, fault.page);
    if (!fault.at)
        return SPACE_FAULT_NO_MEMORY;
    if (!pv_entry_present(*fault.at))
        return page_add(&fault);
    if (error & ERROR_WRITE && !pv_entry_writable(*fault.at))
        return page_own(&fault);
    // The processor remembered less than the entry allows.
    pvop_mmu_invalidate_page((const void *)fault.page);
    return SPACE_FAULT_MENDED;
}

// The entry of a page after it was written to; NULL: it cannot be.
static pv_entry_at page_written(struct space *space, uint64_t address)
{
    pv_entry_at at = tree_find(&space->tree, address);

    if (at && pv_entry_writable(*at))
        return at;
    if (space_fault(space, address, ERROR_WRITE) != SPACE_FAULT_MENDED)
        return NULL;
    return tree_find(&space->tree, address);
}

bool space_write(struct space *space, uint64_t address, const void *from, size_t size)
{
    const char *bytes = from;

    while (size > 0) {
        size_t offset = address % PAGE_SIZE;
        size_t part = size < PAGE_SIZE - offset ? size : PAGE_SIZE - offset;
        pv_entry_at at = page_written(space, address);

        if (!at)
            return false;
        memcpy((char *)frame_pointer(pvop_mmu_entry_address(*at)) + offset, bytes, part);
        address += part;
        bytes += part;
        size -= part;
    }
    return true;
}
