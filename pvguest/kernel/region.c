// SPDX-License-Identifier: MIT
// Regions, in a list sorted by address. A space has few, and the one that was found last is mostly the one
// that is wanted next.
#include "kernel/region.h"

#include <errno.h>

#include "kernel/heap.h"
#include "kernel/node.h"
#include "kernel/string.h"

static bool region_has(const struct region *region, uint64_t address)
{
    return address >= region->lowest && address < region->end;
}

struct region *region_find(struct regions *regions, uint64_t address)
{
    struct region *region = regions->found;

    if (region && region_has(region, address))
        return region;
    for (region = regions->first; region; region = region->next) {
        if (region_has(region, address)) {
            regions->found = region;
            return region;
        }
    }
    return NULL;
}

// The link that leads to the first region that ends after an address.
static struct region **link_after(struct regions *regions, uint64_t address)
{
    struct region **link = &regions->first;

    while (*link && (*link)->end <= address)
        link = &(*link)->next;
    return link;
}

static bool region_is_good(const struct region *region)
{
    return region->start % PAGE_SIZE == 0 && region->end % PAGE_SIZE == 0 &&
           region->lowest % PAGE_SIZE == 0 && region->lowest <= region->start && region->start < region->end;
}

// Puts a new region, the copy of another, before the one that a link leads to.
static struct region *region_insert(struct regions *regions, struct region **link, const struct region *from)
{
    struct region *region = NULL;

    if (regions->count < REGION_LIMIT)
        region = heap_allocate(sizeof *region);
    if (!region)
        return NULL;
    *region = *from;
    region->next = *link;
    *link = region;
    regions->count++;
    if (region->file)
        node_get(region->file);
    return region;
}

static void region_delete(struct regions *regions, struct region **link)
{
    struct region *region = *link;

    *link = region->next;
    regions->count--;
    regions->found = NULL;
    if (region->file)
        node_put(region->file);
    heap_free(region);
}

// Whether one region of zeros could go on where another ends.
static bool region_continues(const struct region *region, const struct region *next)
{
    return region->end == next->lowest && next->lowest == next->start && region->rights == next->rights &&
           !region->file && !next->file;
}

// Makes the region before `link`, or the one it leads to, longer by a new one, if either goes on there.
static bool region_extend(struct regions *regions, struct region **link, const struct region *region)
{
    struct region *before = regions->first;

    if (*link && (*link)->lowest == (*link)->start && region_continues(region, *link)) {
        (*link)->start = (*link)->lowest = region->start;
        return true;
    }
    while (before && before->next != *link)
        before = before->next;
    if (!before || before == *link || !region_continues(before, region))
        return false;
    before->end = region->end;
    return true;
}

int region_add(struct regions *regions, const struct region *region)
{
    struct region **link = link_after(regions, region->lowest);

    if (!region_is_good(region) || (*link && (*link)->lowest < region->end))
        return -EINVAL;
    if (region_extend(regions, link, region))
        return 0;
    return region_insert(regions, link, region) ? 0 : -ENOMEM;
}

// Moves a region's start up; what it does not have any more it does not grow to either.
static void region_cut(struct region *region, uint64_t start)
{
    if (region->file)
        region->file_offset += start - region->start;
    region->start = start;
    region->lowest = start;
}

int region_remove(struct regions *regions, uint64_t start, uint64_t end)
{
    struct region **link = link_after(regions, start);

    // Only a region that goes on at both sides needs a second one.
    if (*link && (*link)->start < start && (*link)->end > end) {
        struct region *above = region_insert(regions, &(*link)->next, *link);

        if (!above)
            return -ENOMEM;
        region_cut(above, end);
        (*link)->end = start;
        return 0;
    }
    while (*link && (*link)->start < end) {
        struct region *region = *link;

        if (region->start >= start && region->end <= end) {
            region_delete(regions, link);
            continue;
        }
        if (region->start < start)
            region->end = start;
        else
            region_cut(region, end);
        link = &region->next;
    }
    return 0;
}

uint64_t region_gap(const struct regions *regions, uint64_t size, uint64_t from, uint64_t to)
{
    for (const struct region *region = regions->first; region; region = region->next) {
        if (region->end <= from)
            continue;
        if (region->lowest > from && region->lowest - from >= size)
            break;
        from = region->end;
    }
    return from < to && size <= to - from ? from : 0;
}

bool regions_copy(struct regions *regions, const struct regions *from)
{
    struct region **link = &regions->first;

    for (const struct region *region = from->first; region; region = region->next) {
        if (!region_insert(regions, link, region)) {
            regions_clear(regions);
            return false;
        }
        link = &(*link)->next;
    }
    return true;
}

void regions_clear(struct regions *regions)
{
    while (regions->first)
        region_delete(regions, &regions->first);
}
