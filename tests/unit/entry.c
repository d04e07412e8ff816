// SPDX-License-Identifier: MIT
// What an entry of a table may be, and what setting it counts.
#include "tests/unit/mm_scene.h"

#include "mm/check.h"

static void open_tables(void)
{
    scene_open();
    tables_build();
}

TestSuite(entry, .init = open_tables);

// The table of a level whose other slots are free, and a frame that its entries may lead to.
static unsigned table_of(unsigned level)
{
    return LEVEL1 + level - 1;
}

static unsigned below(unsigned level)
{
    return level == 1 ? DATA : table_of(level - 1);
}

Test(entry, every_bit_of_a_present_entry_is_allowed_refused_or_an_address)
{
    for (unsigned level = 1; level <= 4; level++) {
        for (unsigned bit = 0; bit < 64; bit++) {
            const uint64_t entry = entry_of(below(level), READABLE) ^ 1ull << bit;

            if (bit == 3 || bit == 4 || bit == 7 || bit == 8 || (bit >= 59 && bit <= 62) || bit == 2)
                expect_refused(PV_E_BITS, set(table_of(level), 1, entry), "level %u, bit %u", level, bit);
            else if (bit >= 18 && bit <= 51)
                expect_refused(PV_E_OWNER, set(table_of(level), 1, entry), "level %u, bit %u", level, bit);
            else if (bit < 12 || bit > 51)
                cr_expect_eq(set(table_of(level), 1, entry), 0, "level %u, bit %u", level, bit);
        }
    }
}

Test(entry, accessed_dirty_and_the_guests_own_bits_are_the_guests)
{
    static const unsigned harmless[] = {5, 6, 9, 10, 11, 52, 53, 54, 55, 56, 57, 58};
    const uint64_t value = entry_of(DATA, WRITABLE);

    cr_assert_eq(set(LEVEL1, 1, value), 0);
    for (unsigned i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++) {
        cr_expect_eq(set(LEVEL1, 1, value | 1ull << harmless[i]), 0, "bit %u", harmless[i]);
        cr_expect_eq(*word(LEVEL1, 1), value | 1ull << harmless[i]);
        cr_expect_eq(set(LEVEL1, 1, value), 0);
        cr_expect_eq(frame_at(mfn(DATA))->count, 1);
    }
}

Test(entry, a_change_to_writable_alone_is_checked)
{
    cr_assert_eq(set(LEVEL1, 1, entry_of(LEVEL2, READABLE)), 0);
    expect_refused(PV_E_READONLY, set(LEVEL1, 1, entry_of(LEVEL2, WRITABLE)), "a table");
    cr_assert_eq(set(LEVEL1, 2, entry_of(DATA, READABLE)), 0);
    cr_expect_eq(set(LEVEL1, 2, entry_of(DATA, WRITABLE)), 0);
    expect_refused(PV_E_BUSY, frame_retype(&mmu, mfn(DATA), FRAME_LEVEL1, true), "mapped writable");
}

Test(entry, frames_that_are_not_the_domains_are_refused)
{
    static const uint64_t foreign[] = {
        0,           THEIRS,  THEIR_LEVEL1,   THEIR_LEVEL1 + 1, THEIR_LEVEL4 - 1,
        HYPERVISORS, NOBODYS, MACHINE_FRAMES, 1ull << 39,       (1ull << 40) - 1};

    for (unsigned i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
        for (unsigned level = 1; level <= 4; level++) {
            expect_refused(PV_E_OWNER, set(table_of(level), 1, entry_of(foreign[i], READABLE)), "%lu at %u",
                           (unsigned long)foreign[i], level);
            expect_refused(PV_E_OWNER, set(table_of(level), 1, entry_of(foreign[i], WRITABLE)), "%lu at %u",
                           (unsigned long)foreign[i], level);
        }
    }
}

Test(entry, the_last_frame_of_the_machine_is_not_beyond_it)
{
    frame_at(mfn(MACHINE_FRAMES - 1))->tag = mmu.tag;
    cr_expect_eq(set(LEVEL1, 1, entry_of(MACHINE_FRAMES - 1, WRITABLE)), 0);
    expect_refused(PV_E_OWNER, set(LEVEL1, 1, entry_of(MACHINE_FRAMES + DATA, WRITABLE)), "wraps to ours");
}

Test(entry, an_entry_above_level_1_leads_to_the_level_below_and_nothing_else)
{
    static const unsigned frames[] = {DATA, LEVEL1, LEVEL2, LEVEL3, LEVEL4, SPARE, SHARED, FIXED};

    table_build(SPARE, FRAME_DESCRIPTORS);
    for (unsigned level = 2; level <= 4; level++) {
        for (unsigned i = 0; i < sizeof(frames) / sizeof(frames[0]); i++) {
            const uint64_t entry = entry_of(frames[i], READABLE);

            if (frames[i] == below(level))
                cr_expect_eq(set(table_of(level), 1, entry), 0);
            else
                expect_refused(PV_E_TYPE, set(table_of(level), 1, entry), "%u at level %u", frames[i], level);
        }
    }
}

Test(entry, level_1_maps_what_is_not_data_only_for_reading)
{
    static const unsigned frames[] = {LEVEL1, LEVEL2, LEVEL3, LEVEL4, SPARE, FIXED};

    table_build(SPARE, FRAME_DESCRIPTORS);
    for (unsigned i = 0; i < sizeof(frames) / sizeof(frames[0]); i++) {
        cr_expect_eq(set(LEVEL1, 1, entry_of(frames[i], READABLE)), 0, "%u", frames[i]);
        expect_refused(PV_E_READONLY, set(LEVEL1, 2, entry_of(frames[i], WRITABLE)), "%u", frames[i]);
    }
    cr_expect_eq(set(LEVEL1, 1, entry_of(SHARED, WRITABLE)), 0);
}

Test(entry, an_absent_entry_holds_anything_but_a_foreign_address)
{
    static const uint64_t foreign[] = {THEIRS,         HYPERVISORS,           NOBODYS,
                                       MACHINE_FRAMES, MACHINE_FRAMES + DATA, 1ull << 39};
    static const uint64_t ours[] = {DATA, LEVEL1, LEVEL4, SHARED, FIXED};

    for (unsigned level = 1; level <= 4; level++) {
        cr_expect_eq(set(table_of(level), 1, ~PTE_ADDRESS & ~PTE_PRESENT), 0);
        for (unsigned i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
            cr_expect_eq(set(table_of(level), 1, entry_of(ours[i], PTE_WRITE | PTE_LARGE | PTE_GLOBAL)), 0);
        for (unsigned i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++)
            expect_refused(PV_E_OWNER, set(table_of(level), 1, entry_of(foreign[i], 0)), "%lu at %u",
                           (unsigned long)foreign[i], level);
    }
}

Test(entry, only_entries_of_the_domains_tables_can_be_set)
{
    static const uint64_t wild[] = {MACHINE_FRAMES * PAGE_SIZE, 1ull << 46, 1ull << 51, 1ull << 52,
                                    1ull << 63};

    for (unsigned low = 1; low < 8; low++)
        expect_refused(PV_E_OWNER, mmu_entry_set(&mmu, at(LEVEL1, 1) + low, 0), "byte %u", low);
    for (unsigned i = 0; i < sizeof(wild) / sizeof(wild[0]); i++)
        expect_refused(PV_E_OWNER, mmu_entry_set(&mmu, wild[i] + at(LEVEL1, 1), 0), "%lx",
                       (unsigned long)wild[i]);
    expect_refused(PV_E_OWNER, mmu_entry_set(&mmu, at(THEIR_LEVEL1, 1), 0), "theirs");
    expect_refused(PV_E_OWNER, mmu_entry_set(&mmu, at(HYPERVISORS, 1), 0), "the hypervisor's");
    expect_refused(PV_E_TYPE, mmu_entry_set(&mmu, at(DATA, 1), 0), "data");
    expect_refused(PV_E_TYPE, mmu_entry_set(&mmu, at(SHARED, 1), 0), "shared");
    expect_refused(PV_E_TYPE, mmu_entry_set(&mmu, at(FIXED, 1), 0), "fixed");
    cr_expect_eq(mmu_entry_set(&mmu, at(LEVEL1, 511), entry_of(DATA, READABLE)), 0);
}

Test(entry, the_hypervisors_slots_of_a_root_stay_its_own)
{
    for (unsigned slot = 256; slot < 272; slot++) {
        expect_refused(PV_E_SLOT, set(LEVEL4, slot, 0), "slot %u", slot);
        expect_refused(PV_E_SLOT, set(LEVEL4, slot, entry_of(LEVEL3, READABLE)), "slot %u", slot);
        expect_refused(PV_E_SLOT, set(LEVEL4, slot, *word(LEVEL4, slot) | PTE_ACCESSED), "slot %u", slot);
        cr_expect_eq(set(LEVEL3, slot, entry_of(LEVEL2, READABLE)), 0);
    }
    cr_expect_eq(set(LEVEL4, 255, entry_of(LEVEL3, READABLE)), 0);
    cr_expect_eq(set(LEVEL4, 272, entry_of(LEVEL3, READABLE)), 0);
}

Test(entry, writable_mappings_of_data_are_counted)
{
    cr_assert_eq(set(LEVEL1, 1, entry_of(DATA, WRITABLE)), 0);
    cr_assert_eq(set(LEVEL1, 2, entry_of(DATA, WRITABLE)), 0);
    cr_assert_eq(set(LEVEL1, 3, entry_of(DATA, READABLE)), 0);
    cr_expect_eq(frame_at(mfn(DATA))->count, 2);
    cr_assert_eq(set(LEVEL1, 1, entry_of(SPARE, WRITABLE)), 0);
    cr_expect_eq(frame_at(mfn(DATA))->count, 1);
    cr_expect_eq(frame_at(mfn(SPARE))->count, 1);
    cr_assert_eq(set(LEVEL1, 2, entry_of(DATA, PTE_USER | PTE_WRITE)), 0);
    cr_expect_eq(frame_at(mfn(DATA))->count, 0);
    cr_expect_eq(frame_retype(&mmu, mfn(DATA), FRAME_LEVEL1, true), 0);
}

Test(entry, links_to_tables_are_counted_whether_writable_or_not)
{
    for (unsigned level = 2; level <= 4; level++) {
        const struct frame *frame = frame_at(mfn(below(level)));

        cr_expect_eq(frame->count, 1);
        cr_assert_eq(set(table_of(level), 1, entry_of(below(level), READABLE)), 0);
        cr_assert_eq(set(table_of(level), 2, entry_of(below(level), WRITABLE)), 0);
        cr_expect_eq(frame->count, 3);
        cr_assert_eq(set(table_of(level), 1, 0), 0);
        cr_assert_eq(set(table_of(level), 2, entry_of(below(level), 0)), 0);
        cr_expect_eq(frame->count, 1);
    }
}

Test(entry, a_count_does_not_overflow)
{
    struct frame *frame = frame_at(mfn(DATA)), *table = frame_at(mfn(LEVEL1));

    frame->count = UINT32_MAX - 1;
    table->count = UINT32_MAX - 1;
    cr_expect_eq(set(LEVEL1, 1, entry_of(DATA, WRITABLE)), 0);
    cr_expect_eq(set(LEVEL2, 1, entry_of(LEVEL1, WRITABLE)), 0);
    expect_refused(PV_E_BUSY, set(LEVEL1, 2, entry_of(DATA, WRITABLE)), "one more");
    expect_refused(PV_E_BUSY, set(LEVEL2, 2, entry_of(LEVEL1, READABLE)), "one more");
    cr_expect_eq(set(LEVEL1, 2, entry_of(DATA, READABLE)), 0, "which is not counted");
}

static uint64_t *hardware_entry;
static uint64_t hardware_bits;

// The processor sets bits of an entry once, between the validator's look at it and its change.
static void hardware_set(enum machine_event event, uint64_t address)
{
    (void)address;
    if (event == MACHINE_EXCHANGE) {
        *hardware_entry |= hardware_bits;
        hardware_bits = 0;
    }
}

static void hardware_sets(uint64_t *entry, uint64_t bits)
{
    hardware_entry = entry;
    hardware_bits = bits;
    machine.hook = hardware_set;
}

Test(entry, an_exchange_happens_only_with_what_was_expected)
{
    const uint64_t first = entry_of(DATA, WRITABLE), second = entry_of(SPARE, WRITABLE);

    cr_assert_eq(set(LEVEL1, 1, first), 0);
    expect_refused(-1, mmu_entry_exchange(&mmu, at(LEVEL1, 1), second, 0), "expected another");
    expect_refused(-1, mmu_entry_exchange(&mmu, at(LEVEL1, 1), second, first | PTE_DIRTY), "harmless");
    expect_refused(PV_E_OWNER, mmu_entry_exchange(&mmu, at(LEVEL1, 1), first, entry_of(THEIRS, READABLE)),
                   "theirs");
    cr_expect_eq(mmu_entry_exchange(&mmu, at(LEVEL1, 1), first, second), 0);
    cr_expect_eq(*word(LEVEL1, 1), second);
    cr_expect_eq(frame_at(mfn(DATA))->count, 0);
    cr_expect_eq(frame_at(mfn(SPARE))->count, 1);
    cr_expect_eq(mmu_entry_exchange(&mmu, at(LEVEL1, 1), second, second | PTE_DIRTY), 0);
    cr_expect_eq(*word(LEVEL1, 1), second | PTE_DIRTY);
}

Test(entry, an_exchange_fails_when_the_processor_was_there_first)
{
    const uint64_t values[] = {entry_of(SPARE, WRITABLE), entry_of(DATA, WRITABLE | PTE_GUEST)};

    for (unsigned i = 0; i < 2; i++) {
        machine.hook = NULL;
        cr_assert_eq(set(LEVEL1, 1, entry_of(DATA, WRITABLE)), 0);
        hardware_sets(word(LEVEL1, 1), PTE_ACCESSED);
        cr_expect_eq(mmu_entry_exchange(&mmu, at(LEVEL1, 1), entry_of(DATA, WRITABLE), values[i]), 1);
        cr_expect_eq(*word(LEVEL1, 1), entry_of(DATA, WRITABLE | PTE_ACCESSED));
        cr_expect_eq(frame_at(mfn(DATA))->count, 1);
        cr_expect_eq(frame_at(mfn(SPARE))->count, 0);
    }
}

Test(entry, set_keep_keeps_what_the_processor_sets_at_any_time)
{
    cr_assert_eq(set(LEVEL1, 1, entry_of(DATA, WRITABLE | PTE_ACCESSED)), 0);
    hardware_sets(word(LEVEL1, 1), PTE_DIRTY);
    cr_expect_eq(mmu_entry_set_keep(&mmu, at(LEVEL1, 1), entry_of(SPARE, READABLE)), 0);
    cr_expect_eq(*word(LEVEL1, 1), entry_of(SPARE, READABLE | PTE_ACCESSED | PTE_DIRTY));
    cr_expect_eq(frame_at(mfn(DATA))->count, 0);
    hardware_sets(word(LEVEL1, 1), 0);
    cr_expect_eq(mmu_entry_set_keep(&mmu, at(LEVEL1, 1), entry_of(SPARE, READABLE | PTE_GUEST)), 0);
    cr_expect_eq(*word(LEVEL1, 1), entry_of(SPARE, READABLE | PTE_GUEST | PTE_ACCESSED | PTE_DIRTY));
}

Test(entry, set_keep_takes_no_accessed_and_dirty_bits_from_the_guest)
{
    cr_assert_eq(set(LEVEL1, 1, entry_of(DATA, READABLE)), 0);
    cr_expect_eq(mmu_entry_set_keep(&mmu, at(LEVEL1, 1), entry_of(DATA, WRITABLE | PTE_DIRTY | PTE_ACCESSED)),
                 0);
    cr_expect_eq(*word(LEVEL1, 1), entry_of(DATA, WRITABLE));
    cr_expect_eq(set(LEVEL1, 1, entry_of(DATA, WRITABLE | PTE_DIRTY)), 0);
    cr_expect_eq(*word(LEVEL1, 1), entry_of(DATA, WRITABLE | PTE_DIRTY));
}
