// SPDX-License-Identifier: MIT
// The memory map. Normalising sweeps over all boundaries in ascending order and asks at each which kind holds
// from there on: quadratic in at most 128 regions, without sorting. It sweeps twice, because regions that
// were disjoint bytes may share a page once they are rounded.
#include "lib/memory_map.h"

#include <stdbool.h>
#include <stddef.h>

#define MEMORY_LIMIT                                                                                         \
    (1ull << 52) // physical addresses have at most 52 bits: Intel SDM volume 3, section 4.1.4

const char *memory_map_add(struct memory_map *map, uint64_t start, uint64_t length, enum memory_kind kind)
{
    if (length == 0)
        return NULL;
    if (length > UINT64_MAX - start)
        return "a region of memory wraps around";
    if (start + length > MEMORY_LIMIT)
        return "a region of memory lies beyond the largest physical address";
    if (map->count == MEMORY_MAP_CAPACITY)
        return "too many regions of memory";
    map->regions[map->count++] = (struct memory_region){.start = start, .end = start + length, .kind = kind};
    return NULL;
}

// The lowest boundary of any region above `position`, or UINT64_MAX.
static uint64_t boundary_next(const struct memory_map *map, uint64_t position)
{
    uint64_t next = UINT64_MAX;

    for (uint32_t i = 0; i < map->count; i++) {
        const struct memory_region *region = &map->regions[i];

        if (region->start > position && region->start < next)
            next = region->start;
        if (region->end > position && region->end < next)
            next = region->end;
    }
    return next;
}

// The most restrictive kind that holds at `position`; false if no region covers it.
static bool kind_at(const struct memory_map *map, uint64_t position, enum memory_kind *kind)
{
    bool covered = false;

    for (uint32_t i = 0; i < map->count; i++) {
        const struct memory_region *region = &map->regions[i];

        if (position < region->start || position >= region->end)
            continue;
        if (!covered || region->kind > *kind)
            *kind = region->kind;
        covered = true;
    }
    return covered;
}

// Appends to a sorted map, joining neighbours of one kind; false if there is no room.
static bool region_append(struct memory_map *map, struct memory_region region)
{
    struct memory_region *last = map->count != 0 ? &map->regions[map->count - 1] : NULL;

    if (last != NULL && last->end == region.start && last->kind == region.kind) {
        last->end = region.end;
        return true;
    }
    if (map->count == MEMORY_MAP_CAPACITY)
        return false;
    map->regions[map->count++] = region;
    return true;
}

// Writes the sorted and disjoint form of `from` to `to`; false if it does not fit.
static bool map_sweep(const struct memory_map *from, struct memory_map *to)
{
    uint64_t next;

    to->count = 0;
    for (uint64_t position = 0; position != UINT64_MAX; position = next) {
        next = boundary_next(from, position);
        struct memory_region region = {.start = position, .end = next};

        if (kind_at(from, position, &region.kind) && !region_append(to, region))
            return false;
    }
    return true;
}

// Rounds every region to whole pages and drops those that become empty.
static void map_align(struct memory_map *map)
{
    const uint64_t mask = MEMORY_PAGE - 1;
    uint32_t kept = 0;

    for (uint32_t i = 0; i < map->count; i++) {
        struct memory_region region = map->regions[i];

        if (region.kind == MEMORY_USABLE) {
            region.start = (region.start + mask) & ~mask;
            region.end &= ~mask;
        } else {
            region.start &= ~mask;
            region.end = (region.end + mask) & ~mask;
        }
        if (region.start < region.end)
            map->regions[kept++] = region;
    }
    map->count = kept;
}

const char *memory_map_normalise(struct memory_map *map)
{
    struct memory_map sorted;

    if (!map_sweep(map, &sorted))
        return "memory is in too many pieces";
    map_align(&sorted);
    // After rounding a region overlaps others only in its first and last page, so each still yields at most
    // one piece: the second sweep has room.
    map_sweep(&sorted, map);
    for (uint32_t i = 0; i < map->count; i++) {
        if (map->regions[i].kind == MEMORY_USABLE)
            return NULL;
    }
    return "no usable memory";
}

const char *memory_map_reserve(struct memory_map *map, uint64_t start, uint64_t end)
{
    if (end < start)
        return "a reserved range of memory ends before it starts";
    const char *reason = memory_map_add(map, start, end - start, MEMORY_RESERVED);

    return reason != NULL ? reason : memory_map_normalise(map);
}
