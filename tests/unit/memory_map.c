// SPDX-License-Identifier: MIT
// The memory map: what firmware says, in any order, becomes sorted, disjoint, whole pages.
#include "lib/memory_map.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#define GIB (1ull << 30)

static struct memory_map map;

static void add(uint64_t start, uint64_t end, enum memory_kind kind)
{
    const char *reason = memory_map_add(&map, start, end - start, kind);

    cr_assert_null(reason, "%s", reason);
}

static void expect_region(uint32_t index, uint64_t start, uint64_t end, enum memory_kind kind)
{
    cr_assert_lt(index, map.count);
    cr_assert_eq(map.regions[index].start, start, "region %u starts at %#lx", index,
                 map.regions[index].start);
    cr_assert_eq(map.regions[index].end, end, "region %u ends at %#lx", index, map.regions[index].end);
    cr_assert_eq(map.regions[index].kind, kind);
}

Test(memory_map, a_pc_with_a_hole_and_memory_above_4_gib)
{
    add(4 * GIB, 6 * GIB, MEMORY_USABLE);
    add(0xfffc0000, 4 * GIB, MEMORY_RESERVED);
    add(0, 0x9fc00, MEMORY_USABLE);
    add(0x9fc00, 0xa0000, MEMORY_RESERVED);
    add(0xf0000, 0x100000, MEMORY_RESERVED);
    add(0x100000, 0xbffe0000, MEMORY_USABLE);
    add(0xbffe0000, 0xc0000000, MEMORY_ACPI);
    cr_assert_null(memory_map_normalise(&map));
    cr_assert_eq(map.count, 7);
    expect_region(0, 0, 0x9f000, MEMORY_USABLE);
    expect_region(1, 0x9f000, 0xa0000, MEMORY_RESERVED);
    expect_region(2, 0xf0000, 0x100000, MEMORY_RESERVED);
    expect_region(3, 0x100000, 0xbffe0000, MEMORY_USABLE);
    expect_region(4, 0xbffe0000, 0xc0000000, MEMORY_ACPI);
    expect_region(5, 0xfffc0000, 4 * GIB, MEMORY_RESERVED);
    expect_region(6, 4 * GIB, 6 * GIB, MEMORY_USABLE);
}

Test(memory_map, the_more_restrictive_kind_wins)
{
    add(0x1000, 0x9000, MEMORY_USABLE);
    add(0x2000, 0x6000, MEMORY_ACPI);
    add(0x3000, 0x5000, MEMORY_RESERVED);
    add(0x4000, 0x5000, MEMORY_BAD);
    add(0x0000, 0x2000, MEMORY_RESERVED);
    cr_assert_null(memory_map_normalise(&map));
    cr_assert_eq(map.count, 6);
    expect_region(0, 0x0000, 0x2000, MEMORY_RESERVED);
    expect_region(1, 0x2000, 0x3000, MEMORY_ACPI);
    expect_region(2, 0x3000, 0x4000, MEMORY_RESERVED);
    expect_region(3, 0x4000, 0x5000, MEMORY_BAD);
    expect_region(4, 0x5000, 0x6000, MEMORY_ACPI);
    expect_region(5, 0x6000, 0x9000, MEMORY_USABLE);
}

Test(memory_map, usable_pieces_that_meet_within_a_page_keep_the_page)
{
    add(0x1000, 0x1800, MEMORY_USABLE);
    add(0x1800, 0x3000, MEMORY_USABLE);
    cr_assert_null(memory_map_normalise(&map));
    cr_assert_eq(map.count, 1);
    expect_region(0, 0x1000, 0x3000, MEMORY_USABLE);
}

Test(memory_map, a_page_shared_by_two_kinds_takes_the_more_restrictive)
{
    add(0x0000, 0x1100, MEMORY_ACPI);
    add(0x1100, 0x2010, MEMORY_RESERVED);
    add(0x2010, 0x3800, MEMORY_ACPI);
    add(0x3800, 0x8000, MEMORY_USABLE);
    cr_assert_null(memory_map_normalise(&map));
    cr_assert_eq(map.count, 4);
    expect_region(0, 0x0000, 0x1000, MEMORY_ACPI);
    expect_region(1, 0x1000, 0x3000, MEMORY_RESERVED);
    expect_region(2, 0x3000, 0x4000, MEMORY_ACPI);
    expect_region(3, 0x4000, 0x8000, MEMORY_USABLE);
}

Test(memory_map, reserving_punches_a_hole_of_whole_pages)
{
    add(0x1000, 0x9000, MEMORY_USABLE);
    add(0x6000, 0x7000, MEMORY_BAD);
    cr_assert_null(memory_map_normalise(&map));
    cr_assert_null(memory_map_reserve(&map, 0x3fff, 0x6001));
    cr_assert_eq(map.count, 4);
    expect_region(0, 0x1000, 0x3000, MEMORY_USABLE);
    expect_region(1, 0x3000, 0x6000, MEMORY_RESERVED);
    expect_region(2, 0x6000, 0x7000, MEMORY_BAD);
    expect_region(3, 0x7000, 0x9000, MEMORY_USABLE);
    cr_assert_null(memory_map_reserve(&map, 0x8000, 0x8000));
    cr_assert_eq(map.count, 4);
    cr_assert_str_eq(memory_map_reserve(&map, 0x8000, 0x7fff),
                     "a reserved range of memory ends before it starts");
}

Test(memory_map, refuses_regions_that_wrap_around)
{
    cr_assert_str_eq(memory_map_add(&map, UINT64_MAX - 0xfff, 0x2000, MEMORY_USABLE),
                     "a region of memory wraps around");
    cr_assert_str_eq(memory_map_add(&map, 0x1000, UINT64_MAX, MEMORY_USABLE),
                     "a region of memory wraps around");
    cr_assert_str_eq(memory_map_add(&map, 1ull << 52, 1, MEMORY_RESERVED),
                     "a region of memory lies beyond the largest physical address");
    cr_assert_null(memory_map_add(&map, UINT64_MAX, 0, MEMORY_USABLE));
    cr_assert_eq(map.count, 0);
    cr_assert_null(memory_map_add(&map, (1ull << 52) - 0x1000, 0x1000, MEMORY_USABLE));
    cr_assert_null(memory_map_normalise(&map));
}

Test(memory_map, refuses_a_map_without_usable_memory)
{
    cr_assert_str_eq(memory_map_normalise(&map), "no usable memory");
    add(0x1000, 0x4000, MEMORY_RESERVED);
    add(0x5001, 0x6fff, MEMORY_USABLE);
    cr_assert_str_eq(memory_map_normalise(&map), "no usable memory");
}

Test(memory_map, refuses_too_many_regions)
{
    for (uint64_t i = 0; i < MEMORY_MAP_CAPACITY; i++)
        add(i * 0x2000, i * 0x2000 + 0x1000, MEMORY_USABLE);
    cr_assert_str_eq(memory_map_add(&map, 0x1000000, 0x1000, MEMORY_USABLE), "too many regions of memory");
    cr_assert_null(memory_map_normalise(&map));
    cr_assert_eq(map.count, MEMORY_MAP_CAPACITY);
}

Test(memory_map, refuses_overlaps_that_fall_into_too_many_pieces)
{
    add(0, 0x1000000, MEMORY_USABLE);
    for (uint64_t i = 1; i < MEMORY_MAP_CAPACITY; i++)
        add(i * 0x2000, i * 0x2000 + 0x1000, MEMORY_RESERVED);
    cr_assert_str_eq(memory_map_normalise(&map), "memory is in too many pieces");
    cr_assert_eq(map.count, MEMORY_MAP_CAPACITY);
    cr_assert_eq(map.regions[0].end, 0x1000000);
}

// The kind of one page by definition: usable only if every byte is, else the worst kind of any byte; -1 for a
// hole. `bytes` holds the kind of each sixteenth of a page.
static int page_kind(const int *bytes)
{
    int worst = -1, usable = 0;

    for (int i = 0; i < 16; i++) {
        if (bytes[i] == MEMORY_USABLE)
            usable++;
        else if (bytes[i] > worst)
            worst = bytes[i];
    }
    return usable == 16 ? MEMORY_USABLE : worst;
}

static int map_kind(uint64_t address)
{
    for (uint32_t i = 0; i < map.count; i++) {
        if (address >= map.regions[i].start && address < map.regions[i].end)
            return (int)map.regions[i].kind;
    }
    return -1;
}

Test(memory_map, random_maps_agree_with_a_map_by_bytes)
{
    enum { PAGES = 24, PARTS = PAGES * 16 };

    srand(1);
    for (int round = 0; round < 500; round++) {
        int bytes[PARTS];

        for (int i = 0; i < PARTS; i++)
            bytes[i] = -1;
        map.count = 0;
        for (int i = 0; i < 12; i++) {
            uint64_t start = (uint64_t)rand() % PARTS;
            uint64_t end = start + (uint64_t)rand() % (PARTS - start);
            int kind = rand() % 4;

            add(start * 256, end * 256, (enum memory_kind)kind);
            for (uint64_t j = start; j < end; j++)
                bytes[j] = kind > bytes[j] ? kind : bytes[j];
        }
        memory_map_normalise(&map);
        for (uint64_t page = 0; page < PAGES; page++)
            cr_assert_eq(map_kind(page * 4096), page_kind(bytes + page * 16), "round %d page %lu", round,
                         page);
        for (uint32_t i = 1; i < map.count; i++)
            cr_assert(map.regions[i - 1].end <= map.regions[i].start);
    }
}
