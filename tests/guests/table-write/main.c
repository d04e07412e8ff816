// SPDX-License-Identifier: MIT
/*
 * table-write: writes to its own tables, by every way that leads to them.
 *
 * What: pages become tables of each level, and frames of descriptors. Before and after, the guest tries to
 * have or to get a writable mapping of them: the one in the physmap, a second one, a new one by each call,
 * one with the flags alone changed, one in a table that is about to be made; and the translations that the
 * processor remembers of mappings that are gone, without any flush of its own. Then the other way round: a
 * table that is data again is filled with what it likes, while the processor may remember that it was a
 * table.
 *
 * Why: who writes to a table maps the whole machine. The entries are checked when the table is made, and the
 * processor may remember for long what tables said before.
 *
 * How: each way is refused, or faults, or changes nothing. That stale translations exist on this processor is
 * shown first, with a page that stays data; where they do not, there is nothing to try.
 */
#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/memory.h"
#include "tests/guests/runtime/test.h"
#include "tests/guests/runtime/trap.h"

const char test_name[] = "table-write";

/* Addresses of the guest's to play with, all in one level-1 table. */
#define PLACE(page) ((3ul << 39) + (page)*PAGE_SIZE)

#define MARK 0xfeedfacecafebeeful

static int64_t map(unsigned int place, uint64_t entry, uint64_t flags)
{
    return call(PV_CALL_va_update, PLACE(place), entry, flags);
}

/* A table that is being used cannot be written to, nor become so. */
static void try_table(uint64_t page, enum pv_frame_type type)
{
    uint64_t machine = machine_address(page), before = page_at(page)[0];
    const uint64_t rights[] = {ENTRY_DATA, ENTRY_DATA & ~ENTRY_NX, ENTRY_DATA | ENTRY_DIRTY,
                               ENTRY_DATA | 0xe00, ENTRY_DATA | ENTRY_ACCESSED | 0x07f0000000000000};
    struct fault fault = attempt(write_word, PHYSMAP + page);

    expect(fault.vector == PAGE && fault.error == (ERROR_PRESENT | ERROR_WRITE),
           "a store to type %u: vector %u, error %x", (uint64_t)type, fault.vector, fault.error);
    for (size_t i = 0; i < sizeof rights / sizeof *rights; i++) {
        expect_result(page_map(page, rights[i]), -PV_E_READONLY, "mapping it writable in the physmap", type);
        expect_result(map(0, machine | rights[i], PV_VA_INVALIDATE), -PV_E_READONLY,
                      "mapping it writable elsewhere", type);
        expect_result(mmu_do(entry_of(PLACE(0), 1) | PV_MMU_SET, machine | rights[i]), -PV_E_READONLY, "SET",
                      type);
        expect_result(mmu_do(entry_of(PLACE(0), 1) | PV_MMU_SET_KEEP, machine | rights[i]), -PV_E_READONLY,
                      "SET_KEEP", type);
    }
    expect_result(map(0, machine | ENTRY_READ | ENTRY_NX, PV_VA_INVALIDATE), 0, "mapping it for reading",
                  type);
    expect(attempt(write_word, PLACE(0)).vector == PAGE, "a store to type %u by a second mapping",
           (uint64_t)type);
    expect_result(map(0, machine | ENTRY_DATA, PV_VA_INVALIDATE), -PV_E_READONLY, "making that one writable",
                  type);
    expect_result(mmu_do(entry_of(PLACE(0), 1) | PV_MMU_SET, machine | ENTRY_DATA), -PV_E_READONLY,
                  "making that one writable by SET", type);
    expect(attempt(write_word, PLACE(0)).vector == PAGE, "a store to type %u after refusals", (uint64_t)type);
    expect_result(map(0, 0, PV_VA_INVALIDATE), 0, "unmapping", 0);
    expect(page_at(page)[0] == before, "the table of type %u has changed", (uint64_t)type);
}

/* A page that some mapping can write to is not made a table. */
static void try_making(uint64_t page, enum pv_frame_type type)
{
    uint64_t machine = machine_address(page);

    expect_result(map(1, machine | ENTRY_DATA, 0), 0, "a second mapping", 0);
    expect_result(page_retype(page, type), -PV_E_BUSY, "retype of what is mapped writable twice", type);
    page_protect(page);
    expect_result(page_retype(page, type), -PV_E_BUSY, "retype of what is mapped writable", type);
    expect_result(mmu_do(machine | PV_MMU_CLEAR, type), -PV_E_BUSY, "CLEAR of what is mapped writable", type);
    expect_result(map(1, machine | ENTRY_READ, PV_VA_INVALIDATE), 0, "protecting the second mapping", 0);
    expect_result(page_retype(page, type), 0, "retype", type);
    expect(attempt(write_word, PLACE(1)).vector == PAGE, "a store to type %u by the mapping left over",
           (uint64_t)type);
    expect_result(map(1, 0, PV_VA_INVALIDATE), 0, "unmapping", 0);
}

/* A new table cannot open another one, or itself, for writing; not even while nothing leads to it. */
static void try_table_within(uint64_t page)
{
    uint64_t table = page_take();

    page_at(table)[511] = machine_address(page) | ENTRY_DATA;
    page_protect(table);
    expect_result(page_retype(table, PV_FRAME_LEVEL1), -PV_E_READONLY, "a table that maps a table writable",
                  page);
    page_unprotect(table);
    page_at(table)[511] = machine_address(table) | ENTRY_DATA;
    page_protect(table);
    expect_result(page_retype(table, PV_FRAME_LEVEL1), -PV_E_READONLY, "a table that maps itself writable",
                  table);
    page_unprotect(table);
    page_at(table)[511] = machine_address(table) | ENTRY_READ;
    table_make(table, PV_FRAME_LEVEL1);
    expect_result(entry_set(table, 511, machine_address(table) | ENTRY_DATA), -PV_E_READONLY,
                  "writable to itself", 0);
    table_unmake(table);
}

/* Mapped writable by a table that is linked nowhere: that counts, for it may be linked any time. */
static void try_unlinked(uint64_t page)
{
    uint64_t table = page_take();

    page_at(table)[0] = machine_address(page) | ENTRY_DATA;
    table_make(table, PV_FRAME_LEVEL1);
    page_protect(page);
    expect_result(page_retype(page, PV_FRAME_LEVEL1), -PV_E_BUSY, "retype of what an unlinked table maps",
                  page);
    expect_result(entry_set(table, 0, 0), 0, "clearing that", 0);
    expect_result(page_retype(page, PV_FRAME_LEVEL1), 0, "retype afterwards", page);
    table_unmake(page);
    table_unmake(table);
}

/* Leaves a writable translation of a page behind, in the processor and nowhere else. */
static void leave_stale(uint64_t page)
{
    page_protect(page);
    expect_result(map(2, machine_address(page) | ENTRY_DATA, PV_VA_INVALIDATE), 0, "mapping", 2);
    *(volatile uint64_t *)PLACE(2) = MARK;
    expect_result(map(2, 0, 0), 0, "unmapping without invalidation", 2);
}

/* Whether this processor does remember a translation that nobody invalidates. */
static bool stale_works(void)
{
    uint64_t page = page_take();
    bool works;

    leave_stale(page);
    works = attempt(write_word, PLACE(2)).vector == NO_FAULT && page_at(page)[0] == WRITTEN;
    call(PV_CALL_tlb_flush, 0, 0, 0);
    expect(attempt(write_word, PLACE(2)).vector == PAGE, "a flush has not reached a stale translation");
    page_unprotect(page);
    return works;
}

static void expect_unreached(uint64_t page, uint64_t value, const char *how)
{
    attempt(write_word, PLACE(2));
    expect(page_at(page)[0] == value, "%s: the stale translation writes to the table", how);
}

/* Stale writable translations, and each way to a table. */
static void stale_writes(void)
{
    for (uint64_t type = PV_FRAME_LEVEL1; type <= PV_FRAME_DESCRIPTORS; type++) {
        uint64_t page = page_take();

        leave_stale(page);
        expect_result(mmu_do(machine_address(page) | PV_MMU_CLEAR, type), 0, "CLEAR of a stale page", type);
        expect_unreached(page, 0, "CLEAR");
        table_unmake(page);
        leave_stale(page);
        page_unprotect(page);
        page_at(page)[0] = 0;
        page_protect(page);
        expect_result(page_retype(page, (enum pv_frame_type)type), 0, "retype of a stale page", type);
        expect_unreached(page, 0, "RETYPE");
        table_unmake(page);
    }
}

/*
 * The mapping goes with its table, which was linked: unlinked without a flush, made data, then the page a
 * table.
 */
static void stale_by_table(void)
{
    const uint64_t place = 4ul << 39;
    uint64_t page = page_take(), above;

    expect_result(map_at(place, machine_address(page) | ENTRY_DATA), 0, "mapping", place);
    *(volatile uint64_t *)place = 0;
    page_protect(page);
    above = entry_of(place, 2);
    {
        uint64_t link = entry_value(above);
        expect_result(mmu_do(above | PV_MMU_SET, 0), 0, "unlinking", place);
        expect_result(mmu_do((link & ENTRY_ADDRESS) | PV_MMU_RETYPE, PV_FRAME_DATA), 0, "retype of the table",
                      0);
    }
    expect_result(page_retype(page, PV_FRAME_LEVEL1), 0, "retype of the page", 0);
    attempt(write_word, place);
    expect(page_at(page)[0] == 0, "a translation through a table that is gone writes to a table");
    table_unmake(page);
}

/* A table that is data again: whatever the guest writes there, no address may be translated by it. */
static void stale_tables(void)
{
    const uint64_t place = 5ul << 39;
    uint64_t page = page_take(), table, above, address = 0;

    page_at(page)[0] = MARK;
    expect_result(map_at(place, machine_address(page) | ENTRY_DATA), 0, "mapping", place);
    expect(*(volatile uint64_t *)place == MARK, "the mapping shows another page");
    above = entry_of(place, 2);
    table = entry_value(above) & ENTRY_ADDRESS;
    for (uint64_t number = 0; number < start_info->memory / PAGE_SIZE && address == 0; number++)
        address = machine_address(number * PAGE_SIZE) == table ? number * PAGE_SIZE : 0;
    expect_result(mmu_do(above | PV_MMU_SET, 0), 0, "unlinking", place);
    expect_result(page_retype(address, PV_FRAME_DATA), 0, "retype of the table", 0);
    page_unprotect(address);
    for (unsigned int i = 0; i < ENTRIES; i++)
        page_at(address)[i] = (uint64_t)i * PAGE_SIZE | ENTRY_DATA;
    for (unsigned int i = 0; i < ENTRIES; i++)
        expect(attempt(read_word, place + i * PAGE_SIZE).vector == PAGE,
               "entry %u of what was a table is used", (uint64_t)i);
}

void test_main(void)
{
    traps_open();
    for (unsigned int i = 0; i < 3; i++)
        expect_result(map_at(PLACE(i), 0), 0, "making a place", i);
    for (uint64_t type = PV_FRAME_LEVEL1; type <= PV_FRAME_DESCRIPTORS; type++) {
        uint64_t page = page_take();
        try_making(page, (enum pv_frame_type)type);
        try_table(page, (enum pv_frame_type)type);
        try_table_within(page);
        table_unmake(page);
        try_unlinked(page);
    }
    try_table(start_info->root, PV_FRAME_LEVEL4);
    if (!stale_works())
        print("this processor remembers no translation that is gone\n");
    stale_writes();
    stale_by_table();
    stale_tables();
}
