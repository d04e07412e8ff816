// SPDX-License-Identifier: MIT
/*
 * The calls of memory.h, made the plain way: what a guest does that builds its own tables.
 */
#include "tests/guests/runtime/memory.h"

#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/test.h"

/* From guest.ld: where the guest's own pages end, but for one that code in .edge would take. */
#define LINKED_AT 0xffffffff80000000ul
extern const char end[];

static uint64_t next_page;
static uint64_t root;

uint64_t machine_address(uint64_t physical)
{
    const uint32_t *frames = (const uint32_t *)start_info->physical_to_machine;

    return (uint64_t)frames[physical / PAGE_SIZE] * PAGE_SIZE + physical % PAGE_SIZE;
}

/* The reverse, as the hypervisor's table has it. */
static uint64_t pseudo_physical(uint64_t machine)
{
    const uint32_t *frames = (const uint32_t *)PV_MACHINE_TO_PHYSICAL;

    return (uint64_t)frames[machine / PAGE_SIZE] * PAGE_SIZE + machine % PAGE_SIZE;
}

uint64_t physical_address(const void *byte)
{
    return (uintptr_t)byte - LINKED_AT;
}

static void pages_open(void)
{
    if (next_page == 0)
        next_page = physical_address(end) + PAGE_SIZE;
}

uint64_t pages_free(void)
{
    pages_open();
    return (start_info->reserved_at - next_page) / PAGE_SIZE;
}

uint64_t page_take(void)
{
    uint64_t page;

    if (pages_free() == 0)
        test_error("there is no memory left");
    page = next_page;
    next_page += PAGE_SIZE;
    return page;
}

int64_t page_map(uint64_t page, uint64_t entry)
{
    return call(PV_CALL_va_update, PHYSMAP + page, entry == 0 ? 0 : machine_address(page) | entry,
                PV_VA_INVALIDATE);
}

void page_protect(uint64_t page)
{
    if (page_map(page, ENTRY_READ | ENTRY_NX) != 0)
        test_error("a page cannot be protected");
}

void page_unprotect(uint64_t page)
{
    if (page_map(page, ENTRY_DATA) != 0)
        test_error("a page cannot be made writable");
}

int64_t mmu_do(uint64_t target, uint64_t value)
{
    struct pv_mmu_update operation = {target, value};
    int64_t done = call(PV_CALL_mmu_update, (uintptr_t)&operation, 1, 0);

    return done == 1 ? 0 : done;
}

int64_t mmu_batch(const struct pv_mmu_update *operations, uint64_t count)
{
    uint64_t done = 0;

    while (done < count) {
        int64_t more = call(PV_CALL_mmu_update, (uintptr_t)(operations + done), count - done, 0);
        if (more <= 0)
            return more;
        done += (uint64_t)more;
    }
    return (int64_t)done;
}

int64_t entry_set(uint64_t table, unsigned int index, uint64_t entry)
{
    return mmu_do((machine_address(table) + index * sizeof entry) | PV_MMU_SET, entry);
}

int64_t page_retype(uint64_t page, enum pv_frame_type type)
{
    return mmu_do(machine_address(page) | PV_MMU_RETYPE, type);
}

void table_make(uint64_t page, enum pv_frame_type type)
{
    page_protect(page);
    if (page_retype(page, type) != 0)
        test_error("a page cannot be made a table");
}

void table_unmake(uint64_t page)
{
    if (page_retype(page, PV_FRAME_DATA) != 0)
        test_error("a table cannot be made data");
    page_unprotect(page);
}

int64_t page_load(uint64_t page, enum pv_load which)
{
    return mmu_do(machine_address(page) | PV_MMU_LOAD, which);
}

uint64_t root_page(void)
{
    return root != 0 ? root : start_info->root;
}

void root_page_set(uint64_t page)
{
    root = page;
}

uint64_t entry_value(uint64_t entry)
{
    return *(volatile uint64_t *)(PHYSMAP + pseudo_physical(entry));
}

static unsigned int index_of(uint64_t address, unsigned int level)
{
    return address >> (12 + 9 * (level - 1)) & (ENTRIES - 1);
}

uint64_t entry_of(uint64_t address, unsigned int level)
{
    uint64_t table = machine_address(root_page());

    for (unsigned int at = 4; at > level; at--) {
        uint64_t entry = entry_value(table + index_of(address, at) * sizeof entry);
        if ((entry & ENTRY_PRESENT) == 0)
            return 0;
        table = entry & ENTRY_ADDRESS;
    }
    return table + index_of(address, level) * sizeof table;
}

int64_t map_at(uint64_t address, uint64_t entry)
{
    for (unsigned int level = 4; level > 1; level--) {
        uint64_t above = entry_of(address, level), page;
        if ((entry_value(above) & ENTRY_PRESENT) != 0)
            continue;
        page = page_take();
        table_make(page, (enum pv_frame_type)(level - 1));
        if (mmu_do(above | PV_MMU_SET, machine_address(page) | ENTRY_LINK) != 0)
            test_error("a table cannot be linked");
    }
    return call(PV_CALL_va_update, address, entry, PV_VA_INVALIDATE);
}

void read_word(uint64_t address)
{
    *(volatile uint64_t *)address;
}

void write_word(uint64_t address)
{
    *(volatile uint64_t *)address = WRITTEN;
}

void jump_to(uint64_t address)
{
    ((void (*)(void))address)();
}
