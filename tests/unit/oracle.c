// SPDX-License-Identifier: MIT
// The oracle that the model and the fuzzer believe: that it finds each thing that it looks for, when it is
// there.
#include "tests/unit/mm_scene.h"

#include "tests/mm/oracle.h"

static struct mmu_context context;
static struct oracle_finding finding;

#define GATE 0x0020ee0000000000

static bool is_right(void)
{
    const struct oracle_domain domains[] = {{&mmu, &context, 1}, {&other_mmu, NULL, 0}};

    machine_fill();
    return oracle_rest(domains, 2, &finding);
}

// Our tables, loaded, with a page of data mapped; and a frame of descriptors.
static void oracle_open(void)
{
    scene_open();
    tables_build();
    table_build(SPARE, FRAME_DESCRIPTORS);
    cr_assert_eq(set(LEVEL1, SLOT, entry_of(DATA, WRITABLE)), 0);
    runs_on(1);
    cr_assert_eq(mmu_hold(&mmu, &context, PV_LOAD_USER_ROOT, mfn(LEVEL4)), 0);
    cr_assert_eq(mmu_load(&mmu, &context, PV_LOAD_KERNEL_ROOT, mfn(LEVEL4)), 0);
    cr_assert(is_right(), "%s", finding.what);
}

TestSuite(oracle, .init = oracle_open);

static void expect_finding(const char *what, uint64_t frame)
{
    cr_assert_not(is_right(), "nothing found, but there is: %s", what);
    cr_expect_str_eq(finding.what, what);
    cr_expect_eq(finding.frame, frame, "%lu", (unsigned long)finding.frame);
}

Test(oracle, entries)
{
    static const struct {
        uint64_t entry;
        const char *what;
    } bad[] = {
        {DATA << PAGE_SHIFT | WRITABLE | PTE_LARGE, "an entry has bits that it must not have"},
        {DATA << PAGE_SHIFT | WRITABLE | PTE_GLOBAL, "an entry has bits that it must not have"},
        {DATA << PAGE_SHIFT | WRITABLE | PTE_UNCACHED, "an entry has bits that it must not have"},
        {DATA << PAGE_SHIFT | PTE_PRESENT | PTE_WRITE, "an entry has bits that it must not have"},
        {DATA << PAGE_SHIFT | WRITABLE | 1ull << 59, "an entry has bits that it must not have"},
        {THEIRS << PAGE_SHIFT | READABLE, "an entry leads to a frame that is not its domain's"},
        {1ull << 51 | READABLE, "an entry leads to a frame that is not its domain's"},
        {LEVEL1 << PAGE_SHIFT | WRITABLE, "an entry makes a frame writable that is not data"},
        {FIXED << PAGE_SHIFT | WRITABLE, "an entry makes a frame writable that is not data"},
        {THEIRS << PAGE_SHIFT, "an entry that is not present names a frame that is not its domain's"},
        {1ull << 40, "an entry that is not present names a frame that is not its domain's"},
    };

    table_build(SPARE + 1, FRAME_LEVEL1);
    for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        *word(SPARE + 1, 511) = bad[i].entry;
        expect_finding(bad[i].what, SPARE + 1);
        cr_expect_eq(finding.slot, 511);
    }
    table_build(SPARE + 2, FRAME_LEVEL2);
    *word(SPARE + 1, 511) = 0;
    *word(SPARE + 2, 0) = entry_of(DATA, WRITABLE);
    expect_finding("an entry leads to a frame that is no table of the level below", SPARE + 2);
}

Test(oracle, the_hypervisors_slots)
{
    *word(LEVEL4, MACHINE_SLOT_END - 1) = 0;
    expect_finding("a slot of the hypervisor's in a root has something else", LEVEL4);
}

Test(oracle, descriptors)
{
    *word(SPARE, 511) = GATE;
    expect_finding("a descriptor is none that a guest may have", SPARE);
}

Test(oracle, counts)
{
    machine.frames[DATA].count++;
    expect_finding("a count is not what is counted anew", DATA);
    machine.frames[DATA].count -= 2;
    expect_finding("a count is not what is counted anew", DATA);
    machine.frames[DATA].count++;
    machine.frames[LEVEL4].count--;
    expect_finding("a count is not what is counted anew", LEVEL4);
}

Test(oracle, what_is_loaded)
{
    context.loaded[PV_LOAD_USER_ROOT] = mfn(DATA);
    expect_finding("a virtual CPU has a frame loaded that is not what it is loaded as", DATA);
    context.loaded[PV_LOAD_USER_ROOT] = mfn(LEVEL4);
    machine.processors[0].root = DATA;
    expect_finding("a processor has a root loaded that is no level-4 table", DATA);
    machine.processors[0].root = LEVEL4;
    machine.processors[0].user_root = THEIR_LEVEL4;
    expect_finding("a processor has roots of two domains loaded", THEIR_LEVEL4);
}

Test(oracle, what_processors_remember)
{
    machine.processors[0].seen[SPARE] = SEEN_WRITABLE;
    expect_finding("a processor can still write a frame that is not data", SPARE);
    machine.processors[0].seen[SPARE] = SEEN_TABLE(1);
    expect_finding("a processor remembers as a table what is none of that level", SPARE);
    machine.processors[0].seen[SPARE] = SEEN_READABLE;
    cr_expect(is_right());
    machine.processors[0].seen[THEIRS] = SEEN_READABLE;
    expect_finding("a processor reaches a frame that is not its domain's", THEIRS);
    machine.processors[0].seen[THEIRS] = 0;
    machine.processors[1].seen[DATA] = SEEN_READABLE;
    expect_finding("a processor reaches a frame that is not its domain's", DATA);
    machine.processors[1].seen[DATA] = 0;
    machine.processors[0].beyond = true;
    expect_finding("a processor reaches beyond memory", MACHINE_FRAMES);
}

Test(oracle, walks)
{
    *word(LEVEL2, 0) = entry_of(THEIRS, WRITABLE | PTE_LARGE);
    expect_finding("a processor reaches beyond memory", MACHINE_FRAMES);
    machine_forget(0);
    *word(LEVEL2, 0) = 0;
    *word(LEVEL1, 0) = entry_of(HYPERVISORS, READABLE);
    expect_finding("a processor reaches a frame that is not its domain's", HYPERVISORS);
}

Test(oracle, a_lock)
{
    mmu_lock(&mmu);
    expect_finding("a lock is still held", 0);
}
