// SPDX-License-Identifier: MIT
// frame_retype: what may become what, when, and in which order it happens.
#include "tests/unit/mm_scene.h"

#include "mm/check.h"

TestSuite(retype, .init = scene_open);

static int retype(uint64_t frame, enum frame_type type)
{
    return frame_retype(&mmu, mfn(frame), type, false);
}

static int clear(uint64_t frame, enum frame_type type)
{
    return frame_retype(&mmu, mfn(frame), type, true);
}

Test(retype, data_becomes_each_type_and_data_again)
{
    for (enum frame_type type = FRAME_LEVEL1; type <= FRAME_DESCRIPTORS; type++) {
        cr_expect_eq(retype(DATA, type), 0);
        cr_expect_eq(frame_at(mfn(DATA))->tag, mmu.tag + type);
        cr_expect_eq(retype(DATA, FRAME_DATA), 0);
        cr_expect_eq(frame_at(mfn(DATA))->tag, mmu.tag);
    }
}

Test(retype, there_is_no_other_way_than_by_data)
{
    for (enum frame_type from = FRAME_LEVEL1; from <= FRAME_DESCRIPTORS; from++) {
        cr_assert_eq(clear(DATA, from), 0);
        for (enum frame_type to = FRAME_LEVEL1; to <= FRAME_DESCRIPTORS; to++)
            expect_refused(PV_E_TYPE, retype(DATA, to), "from %d to %d", (int)from, (int)to);
        cr_assert_eq(retype(DATA, FRAME_DATA), 0);
    }
    expect_refused(PV_E_TYPE, retype(DATA, FRAME_DATA), "data");
    expect_refused(PV_E_TYPE, clear(DATA, FRAME_DATA), "data");
}

Test(retype, the_hypervisors_types_are_not_to_be_had_or_given_up)
{
    expect_refused(PV_E_TYPE, retype(DATA, FRAME_SHARED), "shared");
    expect_refused(PV_E_TYPE, retype(DATA, FRAME_FIXED), "fixed");
    expect_refused(PV_E_TYPE, retype(DATA, (enum frame_type)256), "beyond");
    for (enum frame_type type = FRAME_DATA; type <= FRAME_FIXED; type++) {
        expect_refused(PV_E_TYPE, retype(SHARED, type), "from shared to %d", (int)type);
        expect_refused(PV_E_TYPE, clear(FIXED, type), "from fixed to %d", (int)type);
    }
}

Test(retype, frames_that_are_not_the_domains_are_refused)
{
    static const uint64_t foreign[] = {0,         THEIRS,         THEIR_LEVEL1,          HYPERVISORS,
                                       NOBODYS,   MACHINE_FRAMES, MACHINE_FRAMES + DATA, 1ull << 52 | DATA,
                                       UINT64_MAX};

    for (unsigned i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
        for (enum frame_type type = FRAME_DATA; type <= FRAME_DESCRIPTORS; type++) {
            expect_refused(PV_E_OWNER, retype(foreign[i], type), "%lx", (unsigned long)foreign[i]);
            expect_refused(PV_E_OWNER, clear(foreign[i], type), "%lx", (unsigned long)foreign[i]);
        }
    }
}

Test(retype, a_frame_that_is_mapped_writable_stays_data)
{
    tables_build();
    cr_assert_eq(set(LEVEL1, 1, entry_of(DATA, WRITABLE)), 0);
    cr_assert_eq(set(LEVEL1, 2, entry_of(SPARE, READABLE)), 0);
    for (enum frame_type type = FRAME_LEVEL1; type <= FRAME_DESCRIPTORS; type++) {
        expect_refused(PV_E_BUSY, retype(DATA, type), "writable");
        expect_refused(PV_E_BUSY, clear(DATA, type), "writable");
        cr_expect_eq(retype(SPARE, type), 0, "readable");
        cr_expect_eq(retype(SPARE, FRAME_DATA), 0);
    }
    cr_assert_eq(set(LEVEL1, 1, entry_of(DATA, READABLE)), 0);
    cr_expect_eq(retype(DATA, FRAME_LEVEL1), 0);
}

Test(retype, a_table_that_is_linked_stays_one)
{
    tables_build();
    for (unsigned table = LEVEL1; table < LEVEL4; table++)
        expect_refused(PV_E_BUSY, retype(table, FRAME_DATA), "table %u", table);
    for (unsigned table = LEVEL4; table >= LEVEL1; table--)
        cr_expect_eq(retype(table, FRAME_DATA), 0, "table %u", table);
}

// What is wrong in an entry of each level, or in a descriptor.
static uint64_t illegal(enum frame_type type)
{
    return type == FRAME_DESCRIPTORS ? 1ull << 47 : entry_of(THEIRS, READABLE);
}

Test(retype, every_entry_is_looked_at_and_one_that_is_illegal_changes_nothing)
{
    static const unsigned slots[] = {0, 1, 255, 272, 510, 511};

    tables_build();
    for (enum frame_type type = FRAME_LEVEL1; type <= FRAME_DESCRIPTORS; type++) {
        for (unsigned i = 0; i < sizeof(slots) / sizeof(slots[0]); i++) {
            *word(DATA, 0) = type == FRAME_LEVEL1 ? entry_of(SPARE, WRITABLE) : 0;
            *word(DATA, slots[i]) = illegal(type);
            expect_refused(type == FRAME_DESCRIPTORS ? PV_E_BITS : PV_E_OWNER, retype(DATA, type),
                           "slot %u of type %d", slots[i], (int)type);
            *word(DATA, slots[i]) = 0;
        }
        cr_expect_eq(retype(DATA, type), 0);
        cr_expect_eq(retype(DATA, FRAME_DATA), 0);
    }
}

Test(retype, absent_entries_are_looked_at_too)
{
    *word(DATA, 300) = entry_of(THEIRS, PTE_WRITE);
    for (enum frame_type type = FRAME_LEVEL1; type <= FRAME_LEVEL4; type++)
        expect_refused(PV_E_OWNER, retype(DATA, type), "type %d", (int)type);
    *word(DATA, 300) = entry_of(SPARE, PTE_WRITE);
    for (enum frame_type type = FRAME_LEVEL1; type <= FRAME_LEVEL4; type++) {
        cr_expect_eq(retype(DATA, type), 0, "type %d", (int)type);
        cr_expect_eq(retype(DATA, FRAME_DATA), 0);
    }
}

Test(retype, what_a_table_leads_to_is_counted_while_it_is_one)
{
    table_build(LEVEL1, FRAME_LEVEL1);
    for (unsigned slot = 0; slot < 512; slot++)
        *word(DATA, slot) = entry_of(SPARE, slot % 2 == 0 ? WRITABLE : READABLE);
    cr_expect_eq(retype(DATA, FRAME_LEVEL1), 0);
    cr_expect_eq(frame_at(mfn(SPARE))->count, 256);
    expect_refused(PV_E_BUSY, retype(SPARE, FRAME_LEVEL1), "mapped");
    cr_expect_eq(retype(DATA, FRAME_DATA), 0);
    cr_expect_eq(frame_at(mfn(SPARE))->count, 0);
    for (unsigned slot = 0; slot < 512; slot++)
        *word(DATA, slot) = entry_of(LEVEL1, slot % 2 == 0 ? WRITABLE : READABLE);
    cr_expect_eq(retype(DATA, FRAME_LEVEL2), 0);
    cr_expect_eq(frame_at(mfn(LEVEL1))->count, 512);
    cr_expect_eq(retype(DATA, FRAME_DATA), 0);
    cr_expect_eq(frame_at(mfn(LEVEL1))->count, 0);
}

Test(retype, the_counts_have_room_for_a_whole_table)
{
    for (unsigned slot = 0; slot < 512; slot++)
        *word(DATA, slot) = entry_of(SPARE, WRITABLE);
    frame_at(mfn(SPARE))->count = COUNT_LIMIT;
    cr_expect_eq(retype(DATA, FRAME_LEVEL1), 0);
    cr_expect_gt(frame_at(mfn(SPARE))->count, COUNT_LIMIT);
    for (unsigned slot = 0; slot < 512; slot++)
        *word(DATA + 2, slot) = entry_of(SPARE, WRITABLE);
    expect_refused(PV_E_BUSY, retype(DATA + 2, FRAME_LEVEL1), "another table");
}

Test(retype, a_table_may_map_itself_for_reading_but_never_lead_to_itself)
{
    *word(DATA, 7) = entry_of(DATA, WRITABLE);
    expect_refused(PV_E_READONLY, retype(DATA, FRAME_LEVEL1), "writable");
    for (enum frame_type type = FRAME_LEVEL2; type <= FRAME_LEVEL4; type++)
        expect_refused(PV_E_TYPE, retype(DATA, type), "type %d", (int)type);
    *word(DATA, 7) = entry_of(DATA, READABLE);
    cr_expect_eq(retype(DATA, FRAME_LEVEL1), 0);
    cr_expect_eq(retype(DATA, FRAME_DATA), 0);
}

Test(retype, a_cleared_frame_may_have_had_anything)
{
    for (enum frame_type type = FRAME_LEVEL1; type <= FRAME_DESCRIPTORS; type++) {
        for (unsigned slot = 0; slot < 512; slot++)
            *word(DATA, slot) = UINT64_MAX;
        cr_expect_eq(clear(DATA, type), 0);
        for (unsigned slot = 0; slot < 512; slot++)
            cr_expect(*word(DATA, slot) == 0 || (type == FRAME_LEVEL4 && slot >= 256 && slot < 272));
        cr_expect_eq(retype(DATA, FRAME_DATA), 0);
    }
}

static unsigned reads;

static void read_note(enum machine_event event, uint64_t address)
{
    if (event == MACHINE_READ && address >> PAGE_SHIFT == DATA)
        reads++;
}

Test(retype, a_cleared_frame_is_not_scanned)
{
    machine.hook = read_note;
    reads = 0;
    cr_assert_eq(clear(DATA, FRAME_LEVEL1), 0);
    cr_expect_eq(reads, 0);
    cr_assert_eq(retype(DATA, FRAME_DATA), 0);
    reads = 0;
    cr_assert_eq(retype(DATA, FRAME_LEVEL1), 0);
    cr_expect_geq(reads, 512);
}

Test(retype, a_root_gets_the_hypervisors_slots_and_loses_them_again)
{
    for (unsigned slot = 256; slot < 272; slot++)
        *word(DATA, slot) = entry_of(THEIRS, WRITABLE | PTE_LARGE);
    cr_expect_eq(retype(DATA, FRAME_LEVEL4), 0);
    for (unsigned slot = 256; slot < 272; slot++)
        cr_expect_eq(*word(DATA, slot), MACHINE_SLOT_ENTRY(slot));
    cr_expect_eq(frame_at(mfn(THEIRS))->count, 0);
    cr_expect_eq(retype(DATA, FRAME_DATA), 0);
    for (unsigned slot = 256; slot < 272; slot++)
        cr_expect_eq(*word(DATA, slot), 0, "a guest reads the hypervisor's entries");
}

Test(retype, the_hypervisors_slots_are_a_roots_alone)
{
    *word(DATA, 256) = entry_of(THEIRS, READABLE);
    for (enum frame_type type = FRAME_LEVEL1; type <= FRAME_LEVEL3; type++)
        expect_refused(PV_E_OWNER, retype(DATA, type), "type %d", (int)type);
}

static unsigned looks;

// Whenever the validator looks at DATA: it is a table, and no processor can write it any more.
static void look_judge(enum machine_event event, uint64_t address)
{
    if ((event == MACHINE_READ || event == MACHINE_CLEAR || event == MACHINE_SHARE) &&
        address >> PAGE_SHIFT == DATA) {
        looks++;
        cr_expect_neq(frame_at(mfn(DATA))->tag, mmu.tag, "looked at while it is data");
        cr_expect_not(machine_seen(DATA) & SEEN_WRITABLE, "looked at while it can be written");
    }
    if (event == MACHINE_FLUSH)
        cr_expect_neq(frame_at(mfn(DATA))->tag, mmu.tag, "flushed before the type is taken");
}

// The processors run on our root, and remember a writable mapping of DATA that is gone.
static void mapping_remembered(void)
{
    runs_on(3);
    cr_assert_eq(set(LEVEL1, 1, entry_of(DATA, WRITABLE)), 0);
    machine.processors[0].root = LEVEL4;
    machine.processors[1].root = LEVEL4;
    machine_fill();
    cr_assert(machine_seen(DATA) & SEEN_WRITABLE);
    cr_assert_eq(set(LEVEL1, 1, 0), 0);
}

Test(retype, the_type_is_taken_then_all_forget_then_the_entries_are_read)
{
    tables_build();
    for (unsigned way = 0; way < 2; way++) {
        for (enum frame_type type = FRAME_LEVEL1; type <= FRAME_DESCRIPTORS; type++) {
            mapping_remembered();
            machine.hook = look_judge;
            looks = 0;
            cr_expect_eq(frame_retype(&mmu, mfn(DATA), type, way == 1), 0);
            cr_expect_gt(looks, 0);
            machine.hook = NULL;
            cr_assert_eq(retype(DATA, FRAME_DATA), 0);
        }
    }
}

Test(retype, a_table_is_forgotten_before_it_is_data_again)
{
    tables_build();
    for (enum frame_type type = FRAME_LEVEL1; type <= FRAME_LEVEL3; type++) {
        const unsigned above = LEVEL1 + type;

        runs_on(2);
        machine.processors[1].root = LEVEL4;
        cr_assert_eq(clear(DATA, type), 0);
        cr_assert_eq(set(above, 1, entry_of(DATA, READABLE)), 0);
        machine_fill();
        cr_assert(machine_seen(DATA) & SEEN_TABLE(type));
        cr_assert_eq(set(above, 1, 0), 0);
        cr_assert_eq(retype(DATA, FRAME_DATA), 0);
        cr_expect_eq(machine_seen(DATA), 0);
    }
}

Test(retype, what_an_unmade_table_mapped_needs_no_flush_of_its_own)
{
    tables_build();
    cr_assert_eq(clear(DATA, FRAME_LEVEL1), 0);
    cr_assert_eq(set(DATA, 1, entry_of(SPARE, WRITABLE)), 0);
    cr_assert_eq(set(LEVEL2, 1, entry_of(DATA, WRITABLE)), 0);
    cr_assert_eq(set(LEVEL2, 1, 0), 0);
    flushes.count = 0;
    cr_assert_eq(retype(DATA, FRAME_DATA), 0);
    cr_expect_eq(flushes.count, 1);
    cr_assert_eq(retype(SPARE, FRAME_LEVEL1), 0);
    cr_expect_eq(flushes.count, 1);
}
