// SPDX-License-Identifier: MIT
/*
 * Memory at boot. Two maps are kept: what the firmware says (all usable memory and ACPI's goes into the
 * direct map) and what of it is free (the rest is reserved for what GRUB loaded). Pages are taken from the
 * top of the free map; only below 4 GiB as long as the boot tables are loaded, which reach no further.
 */
#include "boot/memory.h"

#include "abi/mmu.h"
#include "lib/string.h"
#include "mm/frame.h"
#include "x86/paging.h"

#define LOW_MEMORY  0x100000ull
#define BOOT_LIMIT  0x100000000ull
#define ELF_ADDRESS 16 /* offsets in a section header (gABI, chapter 4) */
#define ELF_SIZE    32

extern uint8_t image_end[];

static struct {
    struct memory_map firmware, free;
    uint64_t limit;    /* pages are taken below this address */
    uint64_t low_page; /* one below 1 MiB that nobody uses; 0: there is none */
} memory;

const void *memory_boot_map(uint64_t physical, uint64_t size)
{
    return physical < BOOT_LIMIT && size <= BOOT_LIMIT - physical ? direct(physical) : NULL;
}

/* The memory region of the firmware's map that holds an address; NULL if there is none. */
static const struct memory_region *region_of(uint64_t physical)
{
    for (uint32_t i = 0; i < memory.firmware.count; i++) {
        const struct memory_region *region = &memory.firmware.regions[i];

        if (region->kind <= MEMORY_ACPI && physical >= region->start && physical < region->end) {
            return region;
        }
    }
    return NULL;
}

const void *memory_reach(uint64_t physical, uint64_t size)
{
    uint64_t at = physical;

    if (physical >= DIRECT_SIZE || size > DIRECT_SIZE - physical) {
        return NULL;
    }
    while (at < physical + size) {
        const struct memory_region *region = region_of(at);

        if (region == NULL) {
            return NULL;
        }
        at = region->end;
    }
    return direct(physical);
}

/* The highest free page below the limit, zeroed. */
static uint64_t page_take(void)
{
    for (uint32_t i = memory.free.count; i-- > 0;) {
        struct memory_region *region = &memory.free.regions[i];

        if (region->kind == MEMORY_USABLE && region->end <= memory.limit &&
            region->end - region->start >= PAGE_SIZE) {
            region->end -= PAGE_SIZE;
            memset(direct(region->end), 0, PAGE_SIZE);
            return region->end;
        }
    }
    return 0;
}

static const char *reserve_sections(const struct boot_sections *sections)
{
    const char *error = NULL;

    for (uint32_t i = 0; i < sections->count && error == NULL; i++) {
        const uint8_t *header = (const uint8_t *)sections->headers + (uint64_t)i * sections->entry_size;
        uint64_t address, size;

        memcpy(&address, header + ELF_ADDRESS, sizeof(address));
        memcpy(&size, header + ELF_SIZE, sizeof(size));
        if (address != 0 && size != 0 && address < BOOT_LIMIT && size < BOOT_LIMIT) {
            error = memory_map_reserve(&memory.free, address, address + size);
        }
    }
    return error;
}

static const char *reserve_modules(const struct boot_info *info)
{
    const char *error = NULL;

    for (uint32_t i = 0; i < info->module_count && error == NULL; i++) {
        error = memory_map_reserve(&memory.free, info->modules[i].start, info->modules[i].end);
    }
    return error;
}

/* The highest page of the free map in low memory, but for the first, which is the firmware's. */
static uint64_t low_page_find(const struct memory_map *map)
{
    uint64_t best = 0;

    for (uint32_t i = 0; i < map->count; i++) {
        const struct memory_region *region = &map->regions[i];
        uint64_t end = region->end < LOW_MEMORY ? region->end : LOW_MEMORY;
        uint64_t page = (end & ~(PAGE_SIZE - 1)) - PAGE_SIZE;

        if (region->kind == MEMORY_USABLE && end >= 2 * PAGE_SIZE && page >= region->start && page > best) {
            best = page;
        }
    }
    return best;
}

/* The free map: the firmware's without low memory, the image and all that GRUB left, and split at 4 GiB. */
static const char *free_map_make(const struct boot_info *info, uint64_t info_address, uint64_t info_size)
{
    struct memory_map *map = &memory.free;
    const char *error;

    *map = memory.firmware;
    error = memory_map_reserve(map, BOOT_LIMIT - PAGE_SIZE, BOOT_LIMIT);
    error = error != NULL ? error : memory_map_reserve(map, DIRECT_SIZE, 1ull << 52);
    error = error != NULL ? error : memory_map_reserve(map, IMAGE_PHYSICAL, (uint64_t)image_end - IMAGE_BASE);
    error = error != NULL ? error : memory_map_reserve(map, info_address, info_address + info_size);
    error = error != NULL ? error : reserve_modules(info);
    error = error != NULL ? error : reserve_sections(&info->sections);
    memory.low_page = low_page_find(map);
    return error != NULL ? error : memory_map_reserve(map, 0, LOW_MEMORY);
}

static bool direct_map_make(void)
{
    for (uint32_t i = 0; i < memory.firmware.count; i++) {
        const struct memory_region *region = &memory.firmware.regions[i];

        uint64_t end = region->end < DIRECT_SIZE ? region->end : DIRECT_SIZE;

        if (region->kind <= MEMORY_ACPI && region->start < end && !paging_map_direct(region->start, end)) {
            return false;
        }
    }
    return true;
}

/* A page of the frame table, all of its frames without an owner. */
static bool frame_page_map(uint64_t offset, uint64_t page)
{
    return paging_map(FRAME_TABLE + offset, page, PAGE_SIZE, PTE_NX | PTE_WRITE);
}

/*
 * A page of the machine-to-pseudo-physical table, all of its frames no guest's: for guests, and for the
 * hypervisor.
 */
static bool translation_page_map(uint64_t offset, uint64_t page)
{
    memset(direct(page), 0xff, PAGE_SIZE);
    return paging_map(PV_MACHINE_TO_PHYSICAL + offset, page, PAGE_SIZE, PTE_NX | PTE_USER) &&
           paging_map(TRANSLATION + offset, page, PAGE_SIZE, PTE_NX | PTE_WRITE);
}

/* Maps the parts of a table of all frames that stand for memory: a hole in the one is a hole in the other. */
static bool table_make(uint64_t entry_size, bool (*map)(uint64_t offset, uint64_t page))
{
    uint64_t mapped = 0;

    for (uint32_t i = 0; i < memory.free.count; i++) {
        const struct memory_region *region = &memory.free.regions[i];
        uint64_t offset = (region->start >> PAGE_SHIFT) * entry_size & ~(PAGE_SIZE - 1);
        uint64_t end = (region->end >> PAGE_SHIFT) * entry_size;

        if (region->kind != MEMORY_USABLE) {
            continue;
        }
        for (offset = offset < mapped ? mapped : offset; offset < end; offset += PAGE_SIZE) {
            uint64_t page = page_take();

            if (page == 0 || !map(offset, page)) {
                return false;
            }
            mapped = offset + PAGE_SIZE;
        }
    }
    return true;
}

/* The number of entries of the frame table: a power of two beyond the last frame. */
static uint64_t frame_table_count(void)
{
    uint64_t count = 1;

    for (uint32_t i = 0; i < memory.free.count; i++) {
        const struct memory_region *region = &memory.free.regions[i];

        while (region->kind == MEMORY_USABLE && count < region->end >> PAGE_SHIFT) {
            count <<= 1;
        }
    }
    return count;
}

static bool frame_table_make(void)
{
    uint64_t count = frame_table_count();

    if (!table_make(sizeof(struct frame), frame_page_map) ||
        !table_make(sizeof(uint32_t), translation_page_map) ||
        !paging_map_zeroes(FRAME_TABLE, FRAME_TABLE + count * sizeof(struct frame))) {
        return false;
    }
    frame_table_open(count);
    return true;
}

static bool frames_give(void)
{
    for (uint32_t i = 0; i < memory.free.count; i++) {
        const struct memory_region *region = &memory.free.regions[i];

        if (region->kind == MEMORY_USABLE && region->start < region->end &&
            !frame_range_add(mfn_of(region->start), mfn_of(region->end))) {
            return false;
        }
    }
    return true;
}

/* Pages for tables that are added later come from here, too: the free map's are the allocator's by then. */
static uint64_t page_late(void)
{
    static struct frame_list own = {.first = FRAME_END};
    mfn_t frame;

    if (!frame_take(&own, OWNER_HYPERVISOR, FRAME_DATA, &frame)) {
        return 0;
    }
    memset(direct_frame(frame), 0, PAGE_SIZE);
    return mfn_address(frame);
}

uint64_t memory_low_page(void)
{
    return memory.low_page;
}

static const char too_small[] = "too little memory for the hypervisor's tables";

const char *memory_open(const struct boot_info *info, uint64_t info_address, uint64_t info_size)
{
    const char *error;

    memory.firmware = info->memory;
    memory.limit = BOOT_LIMIT;
    error = memory_map_normalise(&memory.firmware);
    error = error != NULL ? error : free_map_make(info, info_address, info_size);
    if (error != NULL) {
        return error;
    }
    if (memory_reach(info_address, info_size) == NULL) {
        return "the boot information does not lie in memory";
    }
    return paging_open(page_take) && paging_map_image() && direct_map_make() ? NULL : too_small;
}

const char *memory_load(void)
{
    paging_load();
    memory.limit = UINT64_MAX;
    if (!frame_table_make() || !frames_give()) {
        return too_small;
    }
    paging_allocator_set(page_late);
    return NULL;
}
