// SPDX-License-Identifier: MIT
// The verbs that calls try first: they do what the others do, or nothing at all.
#include "tests/unit/mm_scene.h"

#include "mm/change.h"

static struct mmu_context context;

static void open_tables(void)
{
    scene_open();
    tables_build();
    memset(&context, 0, sizeof(context));
}

TestSuite(change, .init = open_tables);

static bool map(uint64_t address, uint64_t value)
{
    return entry_map(&mmu, address, value, FRAME_ADDRESS);
}

static bool map_at(uint64_t address, uint64_t value)
{
    return address_map(&mmu, at(LEVEL4, 0), gva(address), value);
}

// Whether a verb that may only map data has done so, as the full one does; otherwise it has changed nothing.
static bool mapped(uint64_t address, uint64_t value)
{
    static struct state before, fast, full;
    bool done;

    state_keep(&before);
    done = map(address, value);
    state_keep(&fast);
    if (!done) {
        cr_expect(state_same(&before), "%lx at %lx", (unsigned long)value, (unsigned long)address);
        return false;
    }
    memcpy(machine.memory, before.memory, sizeof(before.memory));
    for (unsigned i = 0; i < MACHINE_FRAMES; i++)
        frame_at(mfn(i))->count = before.counts[i];
    cr_expect_eq(mmu_entry_set(&mmu, address, value), 0, "%lx at %lx", (unsigned long)value,
                 (unsigned long)address);
    state_keep(&full);
    cr_expect(memcmp(&fast, &full, sizeof(full)) == 0, "%lx at %lx", (unsigned long)value,
              (unsigned long)address);
    return true;
}

Test(change, data_is_mapped_writable_or_not_over_whatever_was_there)
{
    const uint64_t values[] = {entry_of(DATA, WRITABLE), entry_of(SPARE, READABLE),
                               entry_of(SPARE, WRITABLE | PTE_NX),
                               entry_of(SPARE, WRITABLE | PTE_ACCESSED | PTE_DIRTY | PTE_GUEST)};

    for (unsigned i = 0; i < 4; i++) {
        for (unsigned j = 0; j < 4; j++) {
            cr_assert_eq(set(LEVEL1, 1, i == 3 ? entry_of(LEVEL2, READABLE) : values[i]), 0);
            cr_expect(mapped(at(LEVEL1, 1), values[j]), "%u over %u", j, i);
        }
    }
}

Test(change, an_entry_is_cleared_whatever_was_there)
{
    const uint64_t values[] = {0, entry_of(DATA, WRITABLE), entry_of(DATA, READABLE),
                               entry_of(LEVEL2, READABLE)};

    for (unsigned i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        cr_assert_eq(set(LEVEL1, 1, values[i]), 0);
        cr_expect(mapped(at(LEVEL1, 1), 0), "%u", i);
        cr_expect_eq(*word(LEVEL1, 1), 0);
        cr_expect_eq(frame_at(mfn(DATA))->count, 0);
    }
    cr_expect_not(mapped(at(LEVEL2, 1), 0));
    cr_expect_not(mapped(at(THEIR_LEVEL1, 1), 0));
}

Test(change, what_is_not_data_is_left_to_the_full_check)
{
    const uint64_t others[] = {entry_of(DATA, PTE_USER | PTE_WRITE),
                               entry_of(LEVEL1, READABLE),
                               entry_of(SHARED, WRITABLE),
                               entry_of(FIXED, READABLE),
                               entry_of(THEIRS, READABLE),
                               entry_of(NOBODYS, READABLE),
                               entry_of(HYPERVISORS, READABLE),
                               entry_of(MACHINE_FRAMES + DATA, READABLE),
                               entry_of(1ull << 39 | DATA, READABLE),
                               entry_of(DATA, PTE_PRESENT | PTE_WRITE)};

    cr_assert_eq(set(LEVEL1, 1, entry_of(SPARE, WRITABLE)), 0);
    for (unsigned i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        cr_expect_not(mapped(at(LEVEL1, 1), others[i]), "%lx", (unsigned long)others[i]);
    for (unsigned bit = 0; bit < 64; bit++) {
        const uint64_t bad = 1ull << bit & (PTE_LARGE | PTE_UNCACHED | PTE_GLOBAL | 0x7800000000000000);

        if (bad != 0)
            cr_expect_not(mapped(at(LEVEL1, 1), entry_of(DATA, READABLE) | bad), "bit %u", bit);
    }
}

Test(change, only_in_level_1_tables_of_the_domain)
{
    static const unsigned tables[] = {LEVEL2, LEVEL3,       LEVEL4,      DATA,
                                      SHARED, THEIR_LEVEL1, HYPERVISORS, NOBODYS};

    for (unsigned i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
        cr_expect_not(mapped(at(tables[i], 1), entry_of(DATA, READABLE)), "%u", tables[i]);
    for (unsigned low = 1; low < 8; low++)
        cr_expect_not(mapped(at(LEVEL1, 1) + low, entry_of(DATA, READABLE)));
    for (unsigned bit = 18; bit < 64; bit++)
        cr_expect_not(mapped(at(LEVEL1, 1) | 1ull << bit, entry_of(DATA, READABLE)), "bit %u", bit);
    cr_expect(mapped(at(LEVEL1, 511), entry_of(DATA, READABLE)));
}

Test(change, a_count_that_is_full_is_left_to_the_full_check)
{
    frame_at(mfn(DATA))->count = UINT32_MAX;
    cr_expect_not(mapped(at(LEVEL1, 1), entry_of(DATA, WRITABLE)));
    cr_expect(mapped(at(LEVEL1, 1), entry_of(DATA, READABLE)));
}

Test(change, data_is_mapped_by_address_where_a_table_leads_to_it)
{
    static struct state before;

    cr_expect(map_at(ADDRESS, entry_of(DATA, WRITABLE)));
    cr_expect_eq(*word(LEVEL1, SLOT), entry_of(DATA, WRITABLE));
    cr_expect_eq(frame_at(mfn(DATA))->count, 1);
    state_keep(&before);
    cr_expect_not(map_at(0, entry_of(DATA, WRITABLE)));
    cr_expect_not(map_at(ADDRESS | 1ull << 63, entry_of(DATA, WRITABLE)));
    cr_expect_not(map_at(0xffff800000000000, entry_of(DATA, WRITABLE)));
    cr_expect_not(map_at(ADDRESS, entry_of(LEVEL1, WRITABLE)));
    cr_expect(state_same(&before));
}

Test(change, a_root_of_the_domain_is_loaded_and_no_other)
{
    static const uint64_t refused[] = {LEVEL3 << PAGE_SHIFT,
                                       DATA << PAGE_SHIFT,
                                       THEIR_LEVEL4 << PAGE_SHIFT,
                                       (uint64_t)MACHINE_FRAMES << PAGE_SHIFT,
                                       (uint64_t)(MACHINE_FRAMES + LEVEL4) << PAGE_SHIFT,
                                       (LEVEL4 << PAGE_SHIFT) + 8,
                                       LEVEL4 << PAGE_SHIFT | 1ull << 52,
                                       LEVEL4 << PAGE_SHIFT | 1ull << 63,
                                       0};

    table_build(SPARE, FRAME_LEVEL4);
    cr_assert_eq(mmu_load(&mmu, &context, PV_LOAD_KERNEL_ROOT, mfn(SPARE)), 0);
    for (unsigned i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        expect_refused(0, root_load(&mmu, &context, refused[i]), "%lx", (unsigned long)refused[i]);
        cr_expect_eq(machine.processors[0].root, SPARE);
    }
    cr_expect(root_load(&mmu, &context, at(LEVEL4, 0)));
    cr_expect_eq(machine.processors[0].root, LEVEL4);
    cr_expect_eq(context.loaded[PV_LOAD_KERNEL_ROOT].number, LEVEL4);
    cr_expect_eq(frame_at(mfn(LEVEL4))->count, 1);
    cr_expect_eq(frame_at(mfn(SPARE))->count, 0);
}

Test(change, both_roots_are_loaded_or_none)
{
    static const uint64_t refused[] = {LEVEL3 << PAGE_SHIFT,
                                       DATA << PAGE_SHIFT,
                                       THEIR_LEVEL4 << PAGE_SHIFT,
                                       (uint64_t)MACHINE_FRAMES << PAGE_SHIFT,
                                       (LEVEL4 << PAGE_SHIFT) + 8,
                                       LEVEL4 << PAGE_SHIFT | 1ull << 63,
                                       0};

    table_build(SPARE, FRAME_LEVEL4);
    cr_assert_eq(mmu_load(&mmu, &context, PV_LOAD_KERNEL_ROOT, mfn(SPARE)), 0);
    cr_assert_eq(mmu_load(&mmu, &context, PV_LOAD_USER_ROOT, mfn(SPARE)), 0);
    for (unsigned i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        expect_refused(0, roots_load(&mmu, &context, refused[i], at(LEVEL4, 0)), "%u", i);
        expect_refused(0, roots_load(&mmu, &context, at(LEVEL4, 0), refused[i]), "%u", i);
        cr_expect(mmu_root_error(&mmu, refused[i]) < 0, "%u", i);
        cr_expect_eq(machine.processors[0].root, SPARE);
    }
    cr_expect(roots_load(&mmu, &context, at(SPARE, 0), at(LEVEL4, 0)));
    cr_expect_eq(context.loaded[PV_LOAD_KERNEL_ROOT].number, SPARE);
    cr_expect_eq(context.loaded[PV_LOAD_USER_ROOT].number, LEVEL4);
    cr_expect_eq(frame_at(mfn(SPARE))->count, 1);
    cr_expect_eq(frame_at(mfn(LEVEL4))->count, 1);
    cr_expect(roots_load(&mmu, &context, at(LEVEL4, 0), at(LEVEL4, 0)));
    cr_expect_eq(machine.processors[0].root, LEVEL4);
    cr_expect_eq(frame_at(mfn(SPARE))->count, 0);
    cr_expect_eq(frame_at(mfn(LEVEL4))->count, 2);
    cr_expect_eq(mmu_root_error(&mmu, at(LEVEL4, 0)), 0);
}

// How many flushes the retype of a frame takes whose last writable mapping went before something was done.
static unsigned flushes_after(void (*done)(void))
{
    unsigned before;

    cr_assert(map(at(LEVEL1, 1), entry_of(DATA, WRITABLE)));
    cr_assert(map(at(LEVEL1, 1), entry_of(SPARE, READABLE)));
    done();
    before = flushes.count;
    cr_assert_eq(frame_retype(&mmu, mfn(DATA), FRAME_LEVEL1, true), 0);
    cr_assert_eq(frame_retype(&mmu, mfn(DATA), FRAME_DATA, true), 0);
    return flushes.count - before;
}

static void nothing_done(void)
{
}

static void flushed(void)
{
    flush_self(&mmu);
}

static void loaded(void)
{
    cr_assert(root_load(&mmu, &context, at(LEVEL4, 0)));
}

Test(change, a_flush_or_a_load_settles_what_only_this_processor_remembers)
{
    cr_assert_eq(mmu_load(&mmu, &context, PV_LOAD_KERNEL_ROOT, mfn(LEVEL4)), 0);
    runs_on(1);
    cr_expect_eq(flushes_after(nothing_done), 1);
    cr_expect_eq(flushes_after(flushed), 0);
    cr_expect_eq(flushes_after(loaded), 0);
    runs_on(3);
    cr_expect_eq(flushes_after(flushed), 1);
    cr_expect_eq(flushes_after(loaded), 1);
    cr_expect_eq(flushes.processors, 3);
}
