// SPDX-License-Identifier: MIT
// What physical memory is there and what it may be used for. Regions are first added as the firmware tells
// them (in any order, overlapping, of any alignment), then normalised: sorted, disjoint, whole pages,
// neighbours of one kind joined. Where firmware contradicts itself the more restrictive kind wins.
#ifndef PV_LIB_MEMORY_MAP_H
#define PV_LIB_MEMORY_MAP_H

#include <stdint.h>

#define MEMORY_MAP_CAPACITY 128
#define MEMORY_PAGE         4096u

// In order of restrictiveness.
enum memory_kind {
    MEMORY_USABLE,
    MEMORY_ACPI, // tables; usable once they are no longer needed
    MEMORY_RESERVED,
    MEMORY_BAD,
};

// The bytes [start, end); never empty.
struct memory_region {
    uint64_t start;
    uint64_t end;
    enum memory_kind kind;
};

// Begins as all zeros.
struct memory_map {
    struct memory_region regions[MEMORY_MAP_CAPACITY];
    uint32_t count;
};

// Adds `length` bytes of physical memory; none is not an error. Returns NULL or the reason why it cannot be:
// the region lies beyond 2^52 or wraps around, or the map is full.
const char *memory_map_add(struct memory_map *map, uint64_t start, uint64_t length, enum memory_kind kind);

// Normalises the map: usable regions shrink to whole pages, others grow to them. Returns NULL or the reason
// why the map is unfit for use: it has nothing usable, or falls into more than MEMORY_MAP_CAPACITY regions
// (it is then unchanged). Takes 3 KiB of stack.
const char *memory_map_normalise(struct memory_map *map);

// Makes all pages that [start, end) touches MEMORY_RESERVED, unless they are bad, and normalises the map.
// Returns NULL or a reason as the two functions do, or that the end lies before the start.
const char *memory_map_reserve(struct memory_map *map, uint64_t start, uint64_t end);

#endif
