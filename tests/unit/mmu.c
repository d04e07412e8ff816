// SPDX-License-Identifier: MIT
// Walks by virtual address, loads, and flushes.
#include "tests/unit/mm_scene.h"

#include "mm/check.h"

static struct mmu_context context, other_context;

static void open_tables(void)
{
    scene_open();
    tables_build();
    memset(&context, 0, sizeof(context));
    memset(&other_context, 0, sizeof(other_context));
}

TestSuite(mmu, .init = open_tables);

// The machine address of the level-1 entry of a virtual address; 0 if there is none.
static uint64_t found(uint64_t address)
{
    const uint64_t *entry = mmu_find(mfn(LEVEL4), gva(address));

    return entry != NULL ? machine_address_of(entry) : 0;
}

static void expect_unmapped(uint64_t address)
{
    cr_expect_eq(found(address), 0, "%lx", (unsigned long)address);
    expect_refused(PV_E_UNMAPPED, mmu_address_set(&mmu, mfn(LEVEL4), gva(address), entry_of(DATA, WRITABLE)),
                   "%lx", (unsigned long)address);
}

Test(mmu, the_entry_of_an_address_is_found_by_its_index_at_each_level)
{
    cr_expect_eq(found(ADDRESS), at(LEVEL1, SLOT));
    cr_expect_eq(found(ADDRESS + PAGE_SIZE), at(LEVEL1, SLOT + 1));
    cr_expect_eq(found(ADDRESS + PAGE_SIZE - 1), at(LEVEL1, SLOT));
    cr_expect_eq(found((ADDRESS | 0x1ff000) + 0xfff), at(LEVEL1, 511));
    table_build(SPARE, FRAME_LEVEL1);
    cr_assert_eq(set(LEVEL2, 511, entry_of(SPARE, READABLE)), 0);
    cr_expect_eq(found(ADDRESS | 0x1ffull << 21), at(SPARE, SLOT));
}

Test(mmu, an_address_without_a_table_is_unmapped_at_each_level)
{
    for (unsigned shift = 21; shift <= 39; shift += 9)
        expect_unmapped(ADDRESS ^ 1ull << shift);
    for (unsigned table = LEVEL2; table <= LEVEL4; table++) {
        cr_assert_eq(set(table, SLOT, entry_of(table - 1, PTE_USER | PTE_WRITE)), 0);
        expect_unmapped(ADDRESS);
        cr_assert_eq(set(table, SLOT, entry_of(table - 1, WRITABLE)), 0);
    }
    cr_expect_eq(found(ADDRESS), at(LEVEL1, SLOT));
}

Test(mmu, addresses_that_are_not_canonical_or_the_hypervisors_are_refused)
{
    static const uint64_t wild[] = {1ull << 47,         ADDRESS | 1ull << 48, ADDRESS | 1ull << 63,
                                    0x0000ffffffffffff, 0xffff7fffffffffff,   0xffff800000000000,
                                    0xffff87ffffffffff, 0xfffe880000000000,   0x0000880000000000};

    for (unsigned i = 0; i < sizeof(wild) / sizeof(wild[0]); i++) {
        cr_expect_eq(found(wild[i]), 0, "%lx", (unsigned long)wild[i]);
        expect_refused(PV_E_INVALID, mmu_address_set(&mmu, mfn(LEVEL4), gva(wild[i]), 0), "%lx",
                       (unsigned long)wild[i]);
        cr_expect_eq(mmu_flush_page(1, gva(wild[i])), -PV_E_INVALID);
    }
}

Test(mmu, the_last_addresses_before_and_the_first_after_the_hypervisor_are_the_guests)
{
    cr_assert_eq(set(LEVEL4, 255, entry_of(LEVEL3, WRITABLE)), 0);
    cr_assert_eq(set(LEVEL4, 272, entry_of(LEVEL3, WRITABLE)), 0);
    cr_assert_eq(set(LEVEL4, 511, entry_of(LEVEL3, WRITABLE)), 0);
    expect_unmapped(0x00007fffffffffff);
    cr_expect_eq(found(255ull << 39 | (ADDRESS & 0x7fffffffff)), at(LEVEL1, SLOT));
    cr_expect_eq(found(0xffff880000000000 | (ADDRESS & 0x7fffffffff)), at(LEVEL1, SLOT));
    cr_expect_eq(found(0xffffff8000000000 | (ADDRESS & 0x7fffffffff)), at(LEVEL1, SLOT));
    cr_expect_eq(mmu_flush_page(1, gva(0xffff880000000000)), 0);
}

Test(mmu, an_entry_set_by_address_is_checked_and_counted)
{
    cr_expect_eq(mmu_address_set(&mmu, mfn(LEVEL4), gva(ADDRESS), entry_of(DATA, WRITABLE)), 0);
    cr_expect_eq(*word(LEVEL1, SLOT), entry_of(DATA, WRITABLE));
    cr_expect_eq(frame_at(mfn(DATA))->count, 1);
    expect_refused(PV_E_OWNER, mmu_address_set(&mmu, mfn(LEVEL4), gva(ADDRESS), entry_of(THEIRS, READABLE)),
                   "theirs");
    expect_refused(PV_E_READONLY,
                   mmu_address_set(&mmu, mfn(LEVEL4), gva(ADDRESS), entry_of(LEVEL2, WRITABLE)), "a table");
    expect_refused(PV_E_UNMAPPED, mmu_address_set(&mmu, mfn(LEVEL4), gva(0), entry_of(DATA, WRITABLE)), "0");
}

static int hold(uint64_t which, uint64_t frame)
{
    return mmu_hold(&mmu, &context, which, mfn(frame));
}

Test(mmu, roots_are_level_4_tables_and_descriptors_are_descriptors)
{
    for (unsigned frame = LEVEL1; frame <= SPARE; frame++) {
        for (unsigned which = PV_LOAD_KERNEL_ROOT; which <= PV_LOAD_USER_ROOT; which++) {
            if (frame == LEVEL4)
                cr_expect_eq(hold(which, frame), 0);
            else
                expect_refused(PV_E_TYPE, hold(which, frame), "%u as %u", frame, which);
        }
    }
    table_build(SPARE, FRAME_DESCRIPTORS);
    for (unsigned which = PV_LOAD_DESCRIPTORS; which <= PV_LOAD_LOCAL_DESCRIPTORS; which++) {
        expect_refused(PV_E_TYPE, hold(which, LEVEL4), "a root");
        expect_refused(PV_E_TYPE, hold(which, DATA), "data");
        cr_expect_eq(hold(which, SPARE), 0);
    }
    expect_refused(PV_E_TYPE, hold(PV_LOAD_KERNEL_ROOT, SPARE), "descriptors");
}

Test(mmu, frames_that_are_not_the_domains_cannot_be_loaded)
{
    static const uint64_t foreign[] = {
        THEIR_LEVEL4, HYPERVISORS,        NOBODYS, MACHINE_FRAMES, MACHINE_FRAMES + LEVEL4, 1ull << 40,
        UINT64_MAX,   1ull << 52 | LEVEL4};

    for (unsigned i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
        for (unsigned which = 0; which < MMU_LOADS; which++)
            expect_refused(PV_E_OWNER, hold(which, foreign[i]), "%lx as %u", (unsigned long)foreign[i],
                           which);
    }
    cr_expect_eq(context.loaded[PV_LOAD_KERNEL_ROOT].number, 0);
}

Test(mmu, frame_0_is_no_descriptors_and_no_root)
{
    table_build(SPARE, FRAME_DESCRIPTORS);
    for (unsigned which = 0; which < MMU_LOADS; which++) {
        if (which <= PV_LOAD_USER_ROOT)
            expect_refused(PV_E_OWNER, hold(which, 0), "%u", which);
        else
            cr_expect_eq(hold(which, 0), 0);
    }
    cr_assert_eq(hold(PV_LOAD_DESCRIPTORS, SPARE), 0);
    cr_expect_eq(hold(PV_LOAD_DESCRIPTORS, 0), 0);
    cr_expect_eq(frame_at(mfn(SPARE))->count, 0);
    cr_expect_eq(frame_at(mfn(0))->count, 0);
}

Test(mmu, there_are_four_things_to_load)
{
    static const uint64_t wild[] = {MMU_LOADS, 256, 1ull << 32, UINT64_MAX};

    for (unsigned i = 0; i < sizeof(wild) / sizeof(wild[0]); i++) {
        expect_refused(PV_E_INVALID, hold(wild[i], LEVEL4), "%lx", (unsigned long)wild[i]);
        expect_refused(PV_E_INVALID, hold(wild[i], 0), "%lx", (unsigned long)wild[i]);
    }
}

Test(mmu, what_is_loaded_keeps_its_type)
{
    table_build(SPARE, FRAME_LEVEL4);
    for (unsigned which = PV_LOAD_KERNEL_ROOT; which <= PV_LOAD_USER_ROOT; which++) {
        cr_assert_eq(hold(which, SPARE), 0);
        expect_refused(PV_E_BUSY, frame_retype(&mmu, mfn(SPARE), FRAME_DATA, false), "loaded as %u", which);
        cr_assert_eq(hold(which, SPARE), 0);
        cr_expect_eq(frame_at(mfn(SPARE))->count, 1, "loaded once again");
        cr_assert_eq(mmu_hold(&mmu, &other_context, which, mfn(SPARE)), 0);
        cr_assert_eq(hold(which, LEVEL4), 0);
        expect_refused(PV_E_BUSY, frame_retype(&mmu, mfn(SPARE), FRAME_DATA, false), "by another vCPU");
        cr_assert_eq(mmu_hold(&mmu, &other_context, which, mfn(LEVEL4)), 0);
    }
    cr_expect_eq(frame_retype(&mmu, mfn(SPARE), FRAME_DATA, false), 0);
}

Test(mmu, a_frame_is_not_loaded_more_often_than_can_be_counted)
{
    frame_at(mfn(LEVEL4))->count = COUNT_LIMIT;
    cr_expect_eq(hold(PV_LOAD_KERNEL_ROOT, LEVEL4), 0);
    expect_refused(PV_E_BUSY, hold(PV_LOAD_USER_ROOT, LEVEL4), "one more");
    cr_expect_eq(context.loaded[PV_LOAD_USER_ROOT].number, 0);
}

static int load(uint64_t which, uint64_t frame)
{
    return mmu_load(&mmu, &context, which, mfn(frame));
}

Test(mmu, a_load_reaches_the_processor_and_a_hold_does_not)
{
    table_build(SPARE, FRAME_DESCRIPTORS);
    table_build(SPARE + 1, FRAME_DESCRIPTORS);
    cr_assert_eq(hold(PV_LOAD_KERNEL_ROOT, LEVEL4), 0);
    cr_assert_eq(hold(PV_LOAD_DESCRIPTORS, SPARE), 0);
    cr_expect_eq(machine.processors[0].root, MACHINE_NO_ROOT);
    cr_expect_eq(machine.processors[0].descriptors, 0);
    cr_expect_eq(load(PV_LOAD_KERNEL_ROOT, LEVEL4), 0);
    cr_expect_eq(machine.processors[0].root, LEVEL4);
    cr_expect_eq(load(PV_LOAD_DESCRIPTORS, SPARE), 0);
    cr_expect_eq(machine.processors[0].descriptors, SPARE);
    cr_expect_eq(load(PV_LOAD_LOCAL_DESCRIPTORS, SPARE + 1), 0);
    cr_expect_eq(machine.processors[0].local_descriptors, SPARE + 1);
    cr_expect_eq(machine.processors[0].descriptors, SPARE);
    cr_expect_eq(load(PV_LOAD_DESCRIPTORS, 0), 0);
    cr_expect_eq(machine.processors[0].descriptors, 0);
}

Test(mmu, the_users_root_waits_for_user_mode_and_a_refused_load_loads_nothing)
{
    table_build(SPARE, FRAME_LEVEL4);
    cr_assert_eq(load(PV_LOAD_KERNEL_ROOT, LEVEL4), 0);
    cr_expect_eq(load(PV_LOAD_USER_ROOT, SPARE), 0);
    cr_expect_eq(context.loaded[PV_LOAD_USER_ROOT].number, SPARE);
    cr_expect_eq(machine.processors[0].root, LEVEL4);
    expect_refused(PV_E_OWNER, load(PV_LOAD_KERNEL_ROOT, THEIR_LEVEL4), "theirs");
    cr_expect_eq(machine.processors[0].root, LEVEL4);
    cr_expect_eq(context.loaded[PV_LOAD_KERNEL_ROOT].number, LEVEL4);
}

// Drops a writable mapping of DATA, which some processor may remember.
static void mapping_drop(void)
{
    cr_assert_eq(set(LEVEL1, 1, entry_of(DATA, WRITABLE)), 0);
    cr_assert_eq(set(LEVEL1, 1, 0), 0);
}

// How many flushes it takes to make a table of DATA, which is data again afterwards.
static unsigned flushes_for_table(void)
{
    unsigned before = flushes.count, needed;

    cr_assert_eq(frame_retype(&mmu, mfn(DATA), FRAME_LEVEL1, true), 0);
    needed = flushes.count - before;
    mmu_flush(&mmu, mmu.processors);
    cr_assert_eq(frame_retype(&mmu, mfn(DATA), FRAME_DATA, false), 0);
    return needed;
}

Test(mmu, a_retype_flushes_unless_all_processors_were_flushed_since)
{
    runs_on(3);
    mapping_drop();
    cr_expect_eq(flushes_for_table(), 1);
    cr_expect_eq(flushes_for_table(), 0, "nothing was dropped since");
    mapping_drop();
    mmu_flush(&mmu, 1);
    cr_expect_eq(flushes_for_table(), 1, "one of two processors is not enough");
    mapping_drop();
    mmu_flush(&mmu, 2);
    cr_expect_eq(flushes_for_table(), 1, "nor is the other");
    mapping_drop();
    mmu_flush(&mmu, 7);
    cr_expect_eq(flushes_for_table(), 0, "all are, and more");
    mmu_flush(&mmu, 3);
    mapping_drop();
    cr_expect_eq(flushes_for_table(), 1, "flushed before the drop");
}

Test(mmu, a_flush_of_one_page_settles_nothing)
{
    runs_on(1);
    mapping_drop();
    cr_expect_eq(mmu_flush_page(1, gva(ADDRESS)), 0);
    cr_expect_eq(flushes_for_table(), 1);
}

Test(mmu, the_load_of_a_root_is_a_flush_of_this_processor)
{
    runs_on(1);
    mapping_drop();
    cr_assert_eq(load(PV_LOAD_KERNEL_ROOT, LEVEL4), 0);
    cr_expect_eq(flushes_for_table(), 0, "there is no other");
    mapping_drop();
    cr_assert_eq(load(PV_LOAD_USER_ROOT, LEVEL4), 0);
    cr_expect_eq(flushes_for_table(), 1, "nothing was loaded yet");
    mapping_drop();
    cr_assert_eq(hold(PV_LOAD_KERNEL_ROOT, LEVEL4), 0);
    cr_expect_eq(flushes_for_table(), 1, "nothing was loaded");
    runs_on(3);
    mapping_drop();
    cr_assert_eq(load(PV_LOAD_KERNEL_ROOT, LEVEL4), 0);
    cr_expect_eq(flushes_for_table(), 1, "another processor remembers");
}

Test(mmu, a_flush_goes_to_the_processors_that_it_was_asked_for)
{
    runs_on(3);
    mmu_flush(&mmu, 2);
    cr_expect_eq(flushes.processors, 2);
    mapping_drop();
    cr_assert_eq(frame_retype(&mmu, mfn(DATA), FRAME_LEVEL1, true), 0);
    cr_expect_eq(flushes.processors, 3, "all that have a root of the domain's loaded");
}

Test(mmu, a_replaced_root_is_flushed_before_it_becomes_data)
{
    table_build(SPARE, FRAME_LEVEL4);
    runs_on(3);
    cr_assert_eq(load(PV_LOAD_KERNEL_ROOT, SPARE), 0);
    cr_assert_eq(load(PV_LOAD_KERNEL_ROOT, LEVEL4), 0);
    flushes.count = 0;
    cr_expect_eq(frame_retype(&mmu, mfn(SPARE), FRAME_DATA, false), 0);
    cr_expect_eq(flushes.count, 1);
}

Test(mmu, the_lock_is_free_afterwards)
{
    mmu_lock(&mmu);
    cr_expect_eq(mmu.lock.held, 1);
    mmu_unlock(&mmu);
    cr_expect_eq(mmu.lock.held, 0);
}
