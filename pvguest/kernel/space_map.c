// SPDX-License-Identifier: MIT
// What may be in an address space: regions are added, removed, and moved at one end.
#include <errno.h>

#include "kernel/frame.h"
#include "kernel/interface.h"
#include "kernel/space.h"
#include "kernel/string.h"

// Regions that are mapped anywhere lie below this: a page is left below the lowest that the stack may have.
#define MAP_END (USER_STACK_TOP - USER_STACK_MAX - PAGE_SIZE)

static uint64_t page_up(uint64_t address)
{
    return (address + PAGE_SIZE - 1) & ~(uint64_t)(PAGE_SIZE - 1);
}

static struct region zeros(uint64_t start, uint64_t size, unsigned rights)
{
    return (struct region){.start = start, .end = start + size, .lowest = start, .rights = rights};
}

int space_map(struct space *space, const struct region *region)
{
    const unsigned both = PV_PAGE_WRITE | PV_PAGE_EXECUTE;

    if (region->lowest < USER_LOW || region->end > USER_END)
        return -EINVAL;
    if ((region->rights & both) == both)
        return -EACCES;
    return region_add(&space->regions, region);
}

int space_unmap(struct space *space, uint64_t start, uint64_t size)
{
    int error;

    if (start % PAGE_SIZE != 0 || size == 0 || start > USER_END || size > USER_END - start)
        return -EINVAL;
    size = page_up(size);
    error = region_remove(&space->regions, start, start + size);
    if (!error)
        space_drop(space, start, start + size);
    return error;
}

int64_t space_map_anywhere(struct space *space, uint64_t size, unsigned rights)
{
    struct region region;
    uint64_t start;
    int error;

    if (size == 0)
        return -EINVAL;
    if (size > MAP_END || !frames_suffice(size / PAGE_SIZE))
        return -ENOMEM;
    size = page_up(size);
    start = region_gap(&space->regions, size, USER_MAP_START, MAP_END);
    if (start == 0)
        return -ENOMEM;
    region = zeros(start, size, rights);
    error = space_map(space, &region);
    return error ? error : (int64_t)start;
}

// Moves the end of the data's last page up. Returns 0 or -ENOMEM.
static int break_grow(struct space *space, uint64_t from, uint64_t to)
{
    struct region region = zeros(from, to - from, PV_PAGE_USER | PV_PAGE_WRITE);

    if (to == from)
        return 0;
    return frames_suffice((to - from) / PAGE_SIZE) && space_map(space, &region) == 0 ? 0 : -ENOMEM;
}

int64_t space_break(struct space *space, int64_t increment)
{
    uint64_t old = space->break_end;
    uint64_t new;
    int error = 0;

    if (__builtin_add_overflow(old, increment, &new) || new < space->break_start || new > USER_MAP_START)
        return -ENOMEM;
    if (page_up(new) >= page_up(old))
        error = break_grow(space, page_up(old), page_up(new));
    else
        error = space_unmap(space, page_up(new), page_up(old) - page_up(new));
    if (error)
        return error;
    space->break_end = new;
    return (int64_t)old;
}
