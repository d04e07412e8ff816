// SPDX-License-Identifier: MIT
/*
 * Builds the hypervisor's page tables (Intel SDM vol. 3, 4.5). Invariant: no page is both writable and
 * executable, under any of its addresses, and none is open to ring 3 but the machine-to-pseudo-physical
 * table, for reading.
 *
 * While it runs, the boot tables' direct map reaches the pages of tables below 4 GiB.
 */
#include "x86/paging.h"

#include <stddef.h>

#include "x86/instruction.h"

#define LARGE_PAGE 0x200000ull

/* From boot/hv.ld. */
extern uint8_t image_text[], image_rodata[], image_data[], image_end[];

static struct {
    paging_allocate *allocate;
    uint64_t root;
    uint64_t zeroes; /* a page that stays zero, and tables of levels 1 and 2 that lead nowhere else */
    uint64_t zeroes_level1, zeroes_level2;
    uint64_t area_next; /* next free address of the area of stacks and devices */
} paging;

/* A table of which every entry is the same. */
static uint64_t uniform_table(uint64_t entry)
{
    uint64_t page = paging.allocate(), *table = direct(page);

    for (unsigned i = 0; page != 0 && i < TABLE_ENTRIES; i++) {
        table[i] = entry;
    }
    return page;
}

static bool zeroes_open(void)
{
    paging.zeroes = paging.allocate();
    paging.zeroes_level1 = uniform_table(paging.zeroes | PTE_PRESENT | PTE_NX);
    paging.zeroes_level2 = uniform_table(paging.zeroes_level1 | PTE_PRESENT);
    return paging.zeroes != 0 && paging.zeroes_level1 != 0 && paging.zeroes_level2 != 0;
}

bool paging_open(paging_allocate *allocate)
{
    paging.allocate = allocate;
    paging.area_next = AREA_BASE;
    paging.root = allocate();
    return paging.root != 0 && zeroes_open();
}

void paging_allocator_set(paging_allocate *allocate)
{
    paging.allocate = allocate;
}

uint64_t paging_root(void)
{
    return paging.root;
}

/*
 * The table that an entry leads to, made when it is missing; NULL when there is no page for it.
 * @rights  PTE_USER if ring 3 may get something below it
 */
static uint64_t *table_below(uint64_t *entry, uint64_t rights)
{
    if ((*entry & PTE_PRESENT) == 0) {
        uint64_t page = paging.allocate();

        if (page == 0) {
            return NULL;
        }
        *entry = page | PTE_PRESENT | PTE_WRITE | rights;
    }
    return direct(*entry & PTE_ADDRESS);
}

/* The entry of an address at a level (1 to 4), with the tables on the way to it. */
static uint64_t *entry_at(uint64_t address, unsigned level, uint64_t rights)
{
    uint64_t *table = direct(paging.root);

    for (unsigned at = 4; at > level && table != NULL; at--) {
        table = table_below(&table[address >> (12 + 9 * (at - 1)) & (TABLE_ENTRIES - 1)], rights);
    }
    return table == NULL ? NULL : &table[address >> (12 + 9 * (level - 1)) & (TABLE_ENTRIES - 1)];
}

bool paging_map(uint64_t address, uint64_t machine_address, uint64_t length, uint64_t flags)
{
    while (length != 0) {
        bool large = ((address | machine_address) & (LARGE_PAGE - 1)) == 0 && length >= LARGE_PAGE;
        uint64_t step = large ? LARGE_PAGE : PAGE_SIZE;
        uint64_t *entry = entry_at(address, large ? 2 : 1, flags & PTE_USER);

        if (entry == NULL) {
            return false;
        }
        *entry = machine_address | flags | PTE_PRESENT | PTE_GLOBAL | (large ? PTE_LARGE : 0);
        address += step;
        machine_address += step;
        length -= step;
    }
    return true;
}

/* The level of the largest table that lies in a hole from an address on: 2 or 1, or 0 for a page. */
static unsigned hole_level(uint64_t address, uint64_t end)
{
    for (unsigned level = 2; level > 0; level--) {
        uint64_t size = PAGE_SIZE << 9 * level;
        const uint64_t *entry =
            address % size == 0 && end - address >= size ? entry_at(address, level + 1, 0) : NULL;

        if (entry != NULL && *entry == 0) {
            return level;
        }
    }
    return 0;
}

bool paging_map_zeroes(uint64_t start, uint64_t end)
{
    const uint64_t entries[] = {paging.zeroes | PTE_PRESENT | PTE_NX, paging.zeroes_level1 | PTE_PRESENT,
                                paging.zeroes_level2 | PTE_PRESENT};

    while (start < end) {
        unsigned level = hole_level(start, end);
        uint64_t *entry = entry_at(start, level + 1, 0);

        if (entry == NULL) {
            return false;
        }
        *entry = *entry == 0 ? entries[level] : *entry;
        start += PAGE_SIZE << 9 * level;
    }
    return true;
}

static bool map_section(const uint8_t *start, const uint8_t *end, uint64_t flags)
{
    uint64_t address = (uint64_t)start;

    return paging_map(address, address - IMAGE_BASE, (uint64_t)(end - start), flags);
}

bool paging_map_image(void)
{
    return map_section(image_text, image_rodata, 0) && map_section(image_rodata, image_data, PTE_NX) &&
           map_section(image_data, image_end, PTE_NX | PTE_WRITE);
}

static uint64_t clamp(uint64_t value, uint64_t low, uint64_t high)
{
    return value < low ? low : value > high ? high : value;
}

bool paging_map_direct(uint64_t start, uint64_t end)
{
    uint64_t read_only = clamp(IMAGE_PHYSICAL, start, end);
    uint64_t writable = clamp((uint64_t)image_data - IMAGE_BASE, start, end);

    return paging_map(DIRECT_MAP + start, start, read_only - start, PTE_NX | PTE_WRITE) &&
           paging_map(DIRECT_MAP + read_only, read_only, writable - read_only, PTE_NX) &&
           paging_map(DIRECT_MAP + writable, writable, end - writable, PTE_NX | PTE_WRITE);
}

void paging_load(void)
{
    cr3_write(paging.root);
}

void paging_share(uint64_t *level4)
{
    const uint64_t *own = direct(paging.root);

    for (unsigned slot = SLOT_FIRST; slot < SLOT_LIMIT; slot++) {
        level4[slot] = own[slot];
    }
}

void paging_unshare(uint64_t *level4)
{
    for (unsigned slot = SLOT_FIRST; slot < SLOT_LIMIT; slot++) {
        level4[slot] = 0;
    }
}

uint64_t *paging_map_descriptors(void)
{
    uint64_t address = paging.area_next, page = paging.allocate();

    if (page == 0 || !paging_map(address, paging.zeroes, PAGE_SIZE, PTE_NX) ||
        !paging_map(address + PAGE_SIZE, page, PAGE_SIZE, PTE_NX | PTE_WRITE)) {
        return NULL;
    }
    paging.area_next += 3 * PAGE_SIZE;
    return (uint64_t *)(address + PAGE_SIZE);
}

/* Writable, since the processor sets the accessed bits of the descriptors that it loads. */
void paging_descriptors_set(const uint64_t *descriptors, mfn_t frame)
{
    uint64_t address = (uint64_t)descriptors - PAGE_SIZE;
    uint64_t page = frame.number != 0 ? mfn_address(frame) | PTE_WRITE : paging.zeroes;

    *entry_at(address, 1, 0) = page | PTE_PRESENT | PTE_NX;
    page_invalidate(address);
}

void *paging_map_device(uint64_t machine_address, uint64_t length)
{
    uint64_t offset = machine_address & (PAGE_SIZE - 1);
    uint64_t size = (offset + length + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);
    uint64_t address = paging.area_next;

    if (!paging_map(address, machine_address - offset, size, PTE_NX | PTE_WRITE | PTE_UNCACHED)) {
        return NULL;
    }
    paging.area_next += size + PAGE_SIZE;
    return (void *)(address + offset);
}

uint64_t paging_map_stack(void)
{
    uint64_t address = paging.area_next + PAGE_SIZE;

    for (uint64_t offset = 0; offset < STACK_SIZE; offset += PAGE_SIZE) {
        uint64_t page = paging.allocate();

        if (page == 0 || !paging_map(address + offset, page, PAGE_SIZE, PTE_NX | PTE_WRITE)) {
            return 0;
        }
    }
    paging.area_next = address + STACK_SIZE;
    return address + STACK_SIZE - 16;
}
