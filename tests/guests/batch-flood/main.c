// SPDX-License-Identifier: MIT
/*
 * batch-flood: batches and multicalls that are too long, too wild, or change what they stand on.
 *
 * What: arrays of a million operations and of 2^64 - 1, unaligned, unreadable, in the hypervisor's addresses,
 * ending where nothing is mapped; an array in a page that its own operations unmap, or make a table; one that
 * loads a root in which its address holds other operations; a status that cannot be written; every operation
 * with garbage. Multicalls of everything, in themselves, with results that cannot be written, beyond the
 * limit, with a return from an exception in the middle. With the argument `exit` the guest ends in the middle
 * of one.
 *
 * Why: a batch is a loop in the hypervisor that the guest writes. It must not run for long, not read an
 * operation twice, and not go on in memory that has become something else.
 *
 * How: each returns how far it came, and what it has not come to is not done.
 */
#include "tests/guests/batch-flood/place.h"
#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/test.h"
#include "tests/guests/runtime/trap.h"

const char test_name[] = "batch-flood";

/* Operations that these pages hold. */
#define OPERATIONS (PAGES * PAGE_SIZE / sizeof(struct pv_mmu_update))
#define PER_PAGE   (PAGE_SIZE / sizeof(struct pv_mmu_update))

#define MILLION 1000000ul

/* Rounds of garbage. */
#define ROUNDS 20000

uint64_t pages[PAGES];
static uint64_t table; /* a level-1 table that nothing leads to, for entries that may be anything */
static uint64_t data;

static struct pv_mmu_update *const array = (struct pv_mmu_update *)PLACE;

static const uint64_t wild[] = {WILD};

struct pv_mmu_update set(unsigned int index, uint64_t entry)
{
    return (struct pv_mmu_update){(machine_address(table) + index * sizeof entry) | PV_MMU_SET, entry};
}

static int64_t batch(uint64_t operations, uint64_t count, uint64_t status)
{
    return call(PV_CALL_mmu_update, operations, count, status);
}

static void fill(uint64_t count)
{
    for (uint64_t i = 0; i < count; i++)
        array[i] = set(i % ENTRIES, machine_address(data) | (i / ENTRIES % 2 != 0 ? ENTRY_DATA : ENTRY_READ));
}

/* So much at a time and no more; the guest goes on where it came to. */
static void long_batches(void)
{
    struct pv_mmu_status status = {.done = 0};
    uint64_t done = 0;
    int64_t result;

    fill(OPERATIONS);
    while ((result = batch((uintptr_t)(array + done), MILLION - done, (uintptr_t)&status)) > 0) {
        expect(result <= PV_MMU_WORK, "%u operations are done at once", (uint64_t)result);
        done += (uint64_t)result;
    }
    expect_result(result, -PV_E_FAULT, "a batch of a million", done);
    expect(done + status.done == OPERATIONS && status.error == PV_E_FAULT,
           "%u and %u of %u operations are done, error %u", done, status.done, (uint64_t)OPERATIONS,
           (uint64_t)status.error);
    expect_result(batch(PLACE, UINT64_MAX, 0), PV_MMU_WORK, "a batch of 2^64 - 1", 0);
    expect_result(batch(PLACE + 16, UINT64_MAX / 16 + 2, 0), PV_MMU_WORK, "a batch that wraps round", 0);
    expect_result(batch(PLACE, 0, 0), 0, "a batch of none", 0);
    expect(batch(PV_HYPERVISOR_START, 0, PV_HYPERVISOR_START) <= 0,
           "a batch of none, nowhere, has done something");
}

/* What counts as much work ends a batch early; but the first operation is always done. */
static void heavy_batches(void)
{
    uint64_t page = page_take();

    page_protect(page);
    for (unsigned int i = 0; i < 10; i += 2) {
        array[i] = (struct pv_mmu_update){machine_address(page) | PV_MMU_RETYPE, PV_FRAME_LEVEL1};
        array[i + 1] = (struct pv_mmu_update){machine_address(page) | PV_MMU_RETYPE, PV_FRAME_DATA};
    }
    for (unsigned int i = 0; i < 10; i++)
        expect_result(batch((uintptr_t)(array + i), 10 - i, 0), 1, "a batch of retypes", i);
    for (unsigned int i = 0; i < PER_PAGE; i++)
        array[i] = (struct pv_mmu_update){PV_MMU_FLUSH, UINT64_MAX};
    expect(batch(PLACE, PER_PAGE, 0) <= PV_MMU_WORK / 4, "a batch of flushes has no end");
    page_unprotect(page);
}

static void wild_arrays(void)
{
    struct pv_mmu_update *unaligned = (struct pv_mmu_update *)(PLACE + PAGE_SIZE - 3);
    const struct pv_mmu_update one = set(0, 0);

    for (size_t i = 0; i < sizeof wild / sizeof *wild; i++) {
        struct pv_mmu_status status = {.done = 7};
        expect_result(batch(wild[i], 1, 0), -PV_E_FAULT, "a wild array of one", wild[i]);
        expect_result(batch(wild[i], 3, (uintptr_t)&status), -PV_E_FAULT, "a wild array", wild[i]);
        expect(status.done == 0 && status.error == PV_E_FAULT, "the status is: %u done, error %u",
               status.done, (uint64_t)status.error);
    }
    for (unsigned int inside = 1; inside < 16; inside++)
        expect_result(batch(PLACE + PAGES * PAGE_SIZE - inside, 1, 0), -PV_E_FAULT, "an array that is cut",
                      inside);
    __builtin_memcpy(unaligned, &one, sizeof one);
    expect_result(batch((uintptr_t)unaligned, 1, 0), 1, "an unaligned array", 0);
}

/* Its own operations, all of them good, where the hypervisor has them in its map of all memory. */
static void aliases(void)
{
    uint64_t alias = DIRECT_MAP + machine_address(pages[0]);

    fill(PER_PAGE);
    for (uint64_t count = 1; count <= 3; count++)
        expect_result(batch(alias, count, 0), -PV_E_FAULT, "an array by the hypervisor's address", count);
    expect_result(batch(PLACE, 1, alias), 1, "a batch with a status by the hypervisor's address", 1);
}

/* A status is written only where the guest could write. */
static void wild_status(void)
{
    const uint64_t read_only[] = {PHYSMAP + start_info->root, WINDOW, (uintptr_t)test_main};

    array[0] = set(0, 0);
    array[1] = (struct pv_mmu_update){PV_MMU_OPERATION, 0};
    for (size_t i = 0; i < sizeof wild / sizeof *wild; i++)
        expect_result(batch(PLACE, 2, wild[i]), -PV_E_INVALID, "a wild status", wild[i]);
    for (size_t i = 0; i < sizeof read_only / sizeof *read_only; i++) {
        uint64_t before = *(volatile uint64_t *)read_only[i];
        expect_result(batch(PLACE, 2, read_only[i]), -PV_E_INVALID, "a status that may only be read",
                      read_only[i]);
        expect(*(volatile uint64_t *)read_only[i] == before, "the page at %x has changed", read_only[i]);
    }
    for (unsigned int inside = 1; inside < 16; inside++) {
        volatile uint8_t *bytes = (volatile uint8_t *)(PLACE + PAGES * PAGE_SIZE - inside);
        *bytes = 0xa5;
        expect_result(batch(PLACE, 2, (uintptr_t)bytes), -PV_E_INVALID, "a status that is cut", inside);
        expect(*bytes == 0xa5, "a part of a status that is cut is written");
    }
}

/* The second page goes while the first is worked on. */
static void unmaps_itself(void)
{
    struct pv_mmu_status status = {.done = 0};

    fill(2 * PER_PAGE);
    array[3] = (struct pv_mmu_update){entry_of(PLACE + PAGE_SIZE, 1) | PV_MMU_SET, 0};
    array[4] = (struct pv_mmu_update){(PLACE + PAGE_SIZE) | PV_MMU_FLUSH_PAGE, 1};
    expect_result(batch(PLACE, 2 * PER_PAGE, (uintptr_t)&status), -PV_E_FAULT, "a batch that unmaps itself",
                  0);
    expect(status.done == PER_PAGE, "%u operations are done", status.done);
    array[4].target = PLACE | PV_MMU_FLUSH_PAGE;
    array[3] = (struct pv_mmu_update){entry_of(PLACE, 1) | PV_MMU_SET, 0};
    expect_result(batch(PLACE, PER_PAGE, (uintptr_t)&status), -PV_E_FAULT, "a batch that unmaps itself", 1);
    expect(status.done == 5, "%u operations are done", status.done);
    for (unsigned int i = 0; i < 2; i++)
        expect_result(map_at(PLACE + i * PAGE_SIZE, machine_address(pages[i]) | ENTRY_DATA), 0, "mapping", i);
}

/*
 * The array becomes a table, with its operations as entries: refused, as they are none; or cleared, and zeros
 * are read.
 */
static void retypes_itself(void)
{
    uint64_t machine = machine_address(pages[0]);

    fill(PER_PAGE);
    array[0] = (struct pv_mmu_update){entry_of(PLACE, 1) | PV_MMU_SET, machine | ENTRY_READ | ENTRY_NX};
    array[1] =
        (struct pv_mmu_update){entry_of(PHYSMAP + pages[0], 1) | PV_MMU_SET, machine | ENTRY_READ | ENTRY_NX};
    array[2] = (struct pv_mmu_update){machine | PV_MMU_CLEAR, PV_FRAME_LEVEL1};
    array[3] = (struct pv_mmu_update){(machine + 16) | PV_MMU_SET, machine_address(data) | ENTRY_DATA};
    expect(batch(PLACE, PER_PAGE, 0) < 0, "a batch goes on after its array became a table");
    expect(page_at(pages[0])[2] == 0, "an operation was done that was cleared before");
    table_unmake(pages[0]);
    expect_result(map_at(PLACE, machine | ENTRY_DATA), 0, "mapping", 0);
}

/* The new root shows other operations in the array's place. */
static void changes_root(void)
{
    uint64_t root = page_take(), level3 = page_take(), level2 = page_take(), level1 = page_take(),
             other = page_take();

    for (unsigned int i = 0; i < ENTRIES; i++)
        page_at(root)[i] = page_at(root_page())[i];
    page_at(root)[PLACE >> 39] = machine_address(level3) | ENTRY_LINK;
    page_at(level3)[0] = machine_address(level2) | ENTRY_LINK;
    page_at(level2)[0] = machine_address(level1) | ENTRY_LINK;
    page_at(level1)[0] = machine_address(other) | ENTRY_DATA;
    table_make(level1, PV_FRAME_LEVEL1);
    table_make(level2, PV_FRAME_LEVEL2);
    table_make(level3, PV_FRAME_LEVEL3);
    table_make(root, PV_FRAME_LEVEL4);
    ((struct pv_mmu_update *)page_at(other))[3] = set(3, machine_address(data) | ENTRY_READ);
    for (unsigned int i = 0; i < 4; i++)
        array[i] = set(i, 0);
    expect_result(batch(PLACE, 4, 0), 4, "clearing", 0);
    array[2] = (struct pv_mmu_update){machine_address(root) | PV_MMU_LOAD, PV_LOAD_KERNEL_ROOT};
    array[3] = set(3, machine_address(data) | ENTRY_DATA);
    expect_result(batch(PLACE, 4, 0), 3, "a batch that changes the root", 0);
    expect(page_at(table)[3] == 0, "the batch went on in another root: %x", page_at(table)[3]);
    expect_result(page_load(start_info->root, PV_LOAD_KERNEL_ROOT), 0, "load", 0);
    table_unmake(root);
    table_unmake(level3);
    table_unmake(level2);
    table_unmake(level1);
}

/* Noise, the same in every run (xorshift64, Marsaglia 2003). */
static uint64_t noise(void)
{
    static uint64_t state = 0x853c49e6748fea9b;

    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

/* Any bits; or a machine address of the table's or the data page's, with any low bits. */
static uint64_t garbage(void)
{
    switch (noise() % 4) {
    case 0:
        return noise();
    case 1:
        return noise() >> (noise() % 64);
    case 2:
        return machine_address(table) + noise() % PAGE_SIZE;
    default:
        return machine_address(data) + noise() % PAGE_SIZE;
    }
}

/* Every operation with garbage: done or refused for a reason that there is. A root of garbage is never one.
 */
static void garbage_operations(void)
{
    for (unsigned int round = 0; round < ROUNDS; round++) {
        uint64_t operation = round % 8;
        int64_t result = mmu_do((garbage() & ~7ul) | operation, garbage());
        expect(result <= 0 && result >= -PV_E_UNMAPPED, "operation %u returns %x", operation,
               (uint64_t)result);
        expect(operation != 7 || result == -PV_E_INVALID, "operation 7 returns %x", (uint64_t)result);
    }
}

void test_main(void)
{
    traps_open();
    table = page_take();
    data = page_take();
    table_make(table, PV_FRAME_LEVEL1);
    for (unsigned int i = 0; i < PAGES; i++) {
        pages[i] = page_take();
        expect_result(map_at(PLACE + i * PAGE_SIZE, machine_address(pages[i]) | ENTRY_DATA), 0, "mapping", i);
    }
    if (argument_is("exit"))
        multicall_exit();
    long_batches();
    heavy_batches();
    wild_arrays();
    wild_status();
    aliases();
    unmaps_itself();
    retypes_itself();
    changes_root();
    multicalls_try();
    garbage_operations();
}
