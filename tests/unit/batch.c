// SPDX-License-Identifier: MIT
// Batches: what each operation does, how far a batch comes, and that it reads everything once.
#include "tests/unit/mm_scene.h"

#define LIMIT 600
#define WHERE 0x1000

static struct pv_mmu_update operations[LIMIT];
static uint64_t readable; // operations of them that can be read
static unsigned fetched[LIMIT];
static struct mmu_context context;
static struct mmu_progress progress;
static unsigned count;

static bool fetch(uint64_t address, uint64_t *first, uint64_t *second)
{
    uint64_t index = (address - WHERE) / sizeof(operations[0]);

    if (index >= readable)
        return false;
    fetched[index]++;
    *first = operations[index].target;
    *second = operations[index].value;
    return true;
}

static void open_batch(void)
{
    scene_open();
    tables_build();
    machine.fetch = fetch;
    memset(operations, 0, sizeof(operations));
    memset(fetched, 0, sizeof(fetched));
    memset(&context, 0, sizeof(context));
    readable = LIMIT;
    count = 0;
    runs_on(3);
}

TestSuite(batch, .init = open_batch);

static void add(unsigned operation, uint64_t target, uint64_t value)
{
    operations[count++] = (struct pv_mmu_update){target | operation, value};
}

static int run(void)
{
    return mmu_batch(&mmu, &context, gva(WHERE), count, &progress);
}

// Runs what was added, and starts anew: the error of one operation.
static int one(unsigned operation, uint64_t target, uint64_t value)
{
    count = 0;
    add(operation, target, value);
    return run();
}

Test(batch, each_operation_does_what_it_is_called)
{
    add(PV_MMU_SET, at(LEVEL1, 1), entry_of(DATA, WRITABLE | PTE_DIRTY));
    add(PV_MMU_SET_KEEP, at(LEVEL1, 1), entry_of(SPARE, WRITABLE));
    add(PV_MMU_CLEAR, at(DATA, 0), PV_FRAME_DESCRIPTORS);
    add(PV_MMU_LOAD, at(DATA, 0), PV_LOAD_DESCRIPTORS);
    add(PV_MMU_FLUSH, 0, 2);
    add(PV_MMU_FLUSH_PAGE, ADDRESS, 1);
    add(PV_MMU_LOAD, at(LEVEL4, 0), PV_LOAD_KERNEL_ROOT);
    cr_expect_eq(run(), 0);
    cr_expect_eq(progress.done, 7);
    cr_expect_eq(*word(LEVEL1, 1), entry_of(SPARE, WRITABLE | PTE_DIRTY));
    cr_expect_eq(frame_at(mfn(DATA))->tag, mmu.tag + FRAME_DESCRIPTORS);
    cr_expect_eq(machine.processors[0].descriptors, DATA);
    cr_expect_eq(machine.processors[0].root, LEVEL4);
    cr_expect_eq(flushes.processors, 2);
    cr_expect_eq(one(PV_MMU_RETYPE, at(SPARE + 1, 0), PV_FRAME_LEVEL3), 0);
    cr_expect_eq(frame_at(mfn(SPARE + 1))->tag, mmu.tag + FRAME_LEVEL3);
}

Test(batch, a_retype_looks_and_a_clear_does_not)
{
    *word(DATA, 9) = UINT64_MAX;
    cr_expect_eq(one(PV_MMU_RETYPE, at(DATA, 0), PV_FRAME_LEVEL1), -PV_E_OWNER);
    cr_expect_eq(one(PV_MMU_CLEAR, at(DATA, 0), PV_FRAME_LEVEL1), 0);
    cr_expect_eq(*word(DATA, 9), 0);
}

Test(batch, it_stops_at_the_first_that_fails_and_earlier_ones_stay_done)
{
    add(PV_MMU_SET, at(LEVEL1, 1), entry_of(DATA, WRITABLE));
    add(PV_MMU_SET, at(LEVEL1, 2), entry_of(DATA, WRITABLE));
    add(PV_MMU_SET, at(LEVEL1, 3), entry_of(THEIRS, WRITABLE));
    add(PV_MMU_SET, at(LEVEL1, 4), entry_of(DATA, WRITABLE));
    cr_expect_eq(run(), -PV_E_OWNER);
    cr_expect_eq(progress.done, 2);
    cr_expect_eq(*word(LEVEL1, 2), entry_of(DATA, WRITABLE));
    cr_expect_eq(*word(LEVEL1, 3), 0);
    cr_expect_eq(*word(LEVEL1, 4), 0);
    cr_expect_eq(fetched[3], 0);
}

Test(batch, each_operation_is_fetched_once)
{
    for (unsigned i = 0; i < 100; i++)
        add(i % 2 == 0 ? PV_MMU_SET : PV_MMU_SET_KEEP, at(LEVEL1, i), entry_of(DATA, WRITABLE));
    cr_expect_eq(run(), 0);
    for (unsigned i = 0; i < LIMIT; i++)
        cr_expect_eq(fetched[i], i < 100, "operation %u", i);
}

Test(batch, memory_that_cannot_be_read_ends_it)
{
    for (unsigned i = 0; i < 10; i++)
        add(PV_MMU_SET, at(LEVEL1, i), entry_of(DATA, WRITABLE));
    readable = 4;
    cr_expect_eq(run(), -PV_E_FAULT);
    cr_expect_eq(progress.done, 4);
    cr_expect_eq(*word(LEVEL1, 3), entry_of(DATA, WRITABLE));
    cr_expect_eq(*word(LEVEL1, 4), 0);
    readable = 0;
    cr_expect_eq(run(), -PV_E_FAULT);
    cr_expect_eq(progress.done, 0);
    cr_expect_eq(mmu_batch(&mmu, &context, gva(UINT64_MAX - 7), 2, &progress), -PV_E_FAULT);
}

Test(batch, of_nothing_is_nothing)
{
    readable = 0;
    cr_expect_eq(run(), 0);
    cr_expect_eq(progress.done, 0);
    cr_expect_eq(progress.work, 0);
}

Test(batch, a_batch_does_so_much_work_and_no_more)
{
    for (unsigned i = 0; i < LIMIT; i++)
        add(PV_MMU_SET, at(LEVEL1, i % 512), 0);
    cr_expect_eq(run(), 0);
    cr_expect_eq(progress.done, PV_MMU_WORK);
    cr_expect_eq(progress.work, PV_MMU_WORK);
    cr_expect_eq(mmu_batch(&mmu, &context, gva(WHERE), UINT64_MAX, &progress), 0);
    cr_expect_eq(progress.done, PV_MMU_WORK);
}

Test(batch, the_most_common_operation_is_work_too)
{
    for (unsigned i = 0; i < LIMIT; i++)
        add(PV_MMU_SET, at(LEVEL1, i % 512), entry_of(DATA, WRITABLE));
    cr_expect_eq(run(), 0);
    cr_expect_eq(progress.done, PV_MMU_WORK);
    cr_expect_eq(progress.work, PV_MMU_WORK);
}

// How many of one operation are done in one call.
static uint64_t done_of(unsigned operation, uint64_t target, uint64_t value)
{
    count = 0;
    for (unsigned i = 0; i < LIMIT; i++)
        add(operation, target, value);
    cr_expect_eq(run(), 0);
    cr_expect_leq(progress.work, PV_MMU_WORK);
    return progress.done;
}

Test(batch, dear_operations_are_fewer)
{
    cr_expect_eq(done_of(PV_MMU_SET_KEEP, at(LEVEL1, 1), 0), PV_MMU_WORK);
    cr_expect_lt(done_of(PV_MMU_LOAD, 0, PV_LOAD_DESCRIPTORS), 100);
    cr_expect_lt(done_of(PV_MMU_FLUSH, 0, 3), 100);
    cr_expect_lt(done_of(PV_MMU_FLUSH_PAGE, ADDRESS, 3), 200);
}

Test(batch, a_retype_is_the_work_of_one_call)
{
    add(PV_MMU_SET, at(LEVEL1, 1), 0);
    add(PV_MMU_RETYPE, at(DATA, 0), PV_FRAME_LEVEL1);
    cr_expect_eq(run(), 0);
    cr_expect_eq(progress.done, 1);
    cr_expect_eq(frame_at(mfn(DATA))->tag, mmu.tag);
    count = 0;
    add(PV_MMU_RETYPE, at(DATA, 0), PV_FRAME_LEVEL1);
    add(PV_MMU_SET, at(LEVEL1, 1), entry_of(SPARE, WRITABLE));
    cr_expect_eq(run(), 0);
    cr_expect_eq(progress.done, 1);
    cr_expect_eq(*word(LEVEL1, 1), 0);
}

// What is refused has been looked at all the same.
Test(batch, a_refused_operation_is_work_too)
{
    add(PV_MMU_RETYPE, mfn_address(mfn(DATA)), PV_FRAME_LEVEL4);
    machine.memory[DATA * MACHINE_ENTRIES] = UINT64_MAX;
    cr_expect_lt(run(), 0);
    cr_expect_eq(progress.done, 0);
    cr_expect_eq(progress.work, PV_MMU_WORK);
}

Test(batch, clears_are_a_few_in_one_call)
{
    for (unsigned i = 0; i < 12; i++)
        add(PV_MMU_CLEAR, at(SPARE + i, 0), PV_FRAME_LEVEL1);
    cr_expect_eq(run(), 0);
    cr_expect_gt(progress.done, 1);
    cr_expect_lt(progress.done, 12);
    cr_expect_eq(frame_at(mfn(SPARE + (unsigned)progress.done - 1))->tag, mmu.tag + FRAME_LEVEL1);
    cr_expect_eq(frame_at(mfn(SPARE + (unsigned)progress.done))->tag, mmu.tag);
}

Test(batch, nothing_is_read_after_the_kernels_root_has_changed)
{
    add(PV_MMU_LOAD, at(LEVEL4, 0), PV_LOAD_USER_ROOT);
    add(PV_MMU_SET, at(LEVEL1, 1), entry_of(DATA, READABLE));
    add(PV_MMU_LOAD, at(LEVEL4, 0), PV_LOAD_KERNEL_ROOT);
    add(PV_MMU_SET, at(LEVEL1, 2), entry_of(DATA, READABLE));
    cr_expect_eq(run(), 0);
    cr_expect_eq(progress.done, 3);
    cr_expect_eq(fetched[3], 0);
    cr_expect_eq(*word(LEVEL1, 1), entry_of(DATA, READABLE));
    cr_expect_eq(*word(LEVEL1, 2), 0);
}

Test(batch, a_load_that_is_refused_is_reported_where_it_is)
{
    add(PV_MMU_SET, at(LEVEL1, 1), 0);
    add(PV_MMU_LOAD, at(LEVEL3, 0), PV_LOAD_KERNEL_ROOT);
    add(PV_MMU_SET, at(LEVEL1, 2), 0);
    cr_expect_eq(run(), -PV_E_TYPE);
    cr_expect_eq(progress.done, 1);
}

Test(batch, flushes_go_to_the_processors_of_the_named_virtual_cpus)
{
    static const uint64_t sets[] = {0, 1, 2, 3};

    for (unsigned i = 0; i < 4; i++) {
        cr_expect_eq(one(PV_MMU_FLUSH, 0, sets[i]), 0);
        cr_expect_eq(flushes.processors, sets[i]);
    }
}

Test(batch, arguments_out_of_range_are_refused_and_change_nothing)
{
    expect_refused(PV_E_INVALID, one(PV_MMU_OPERATION, at(LEVEL1, 1), 0), "no such operation");
    expect_refused(PV_E_INVALID, one(PV_MMU_RETYPE, at(DATA, 1), PV_FRAME_LEVEL1), "not a frame");
    expect_refused(PV_E_INVALID, one(PV_MMU_RETYPE, at(DATA, 0), PV_FRAME_DESCRIPTORS + 1), "no type");
    expect_refused(PV_E_INVALID, one(PV_MMU_RETYPE, at(DATA, 0), (1ull << 32) + 1), "no type");
    expect_refused(PV_E_INVALID, one(PV_MMU_CLEAR, at(DATA, 1), PV_FRAME_LEVEL1), "not a frame");
    expect_refused(PV_E_INVALID, one(PV_MMU_CLEAR, at(DATA, 0), PV_FRAME_DATA), "clear to data");
    expect_refused(PV_E_INVALID, one(PV_MMU_CLEAR, at(LEVEL4, 0), PV_FRAME_DATA), "clear to data");
    expect_refused(PV_E_INVALID, one(PV_MMU_LOAD, at(LEVEL4, 1), PV_LOAD_KERNEL_ROOT), "not a frame");
    expect_refused(PV_E_INVALID, one(PV_MMU_LOAD, at(LEVEL4, 0), MMU_LOADS), "no such load");
    expect_refused(PV_E_INVALID, one(PV_MMU_FLUSH, 8, 1), "a target");
    expect_refused(PV_E_INVALID, one(PV_MMU_FLUSH_PAGE, ADDRESS + 8, 1), "not a page");
    expect_refused(PV_E_INVALID, one(PV_MMU_FLUSH_PAGE, 1ull << 47, 1), "not canonical");
    expect_refused(PV_E_INVALID, one(PV_MMU_FLUSH_PAGE, 0xffff800000000000, 1), "the hypervisor's");
    cr_expect_eq(flushes.count, 0);
}
