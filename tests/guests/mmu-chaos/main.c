// SPDX-License-Identifier: MIT
/*
 * mmu-chaos: operations at random, on a few dozen of its own pages and on whatever else there is.
 *
 * What: pages are filled, mapped, made tables of any type, linked, loaded, unlinked and made data again,
 * without any sense; entries lead to its own pages and to those of others, with rights that there are and
 * that there are not. The argument chooses the seed; with `endless` it goes on until it is stopped. Several
 * of these run at the same time, beside a guest that just wants to work.
 *
 * Why: what no one thought of. Each operation alone is tried elsewhere; here their order is.
 *
 * How: a result is success or an error that there is. No page that is a table can ever be written to, through
 * any mapping that there is or was. At the end, everything is unloaded and unlinked, and every page is data
 * and can be written to: no count was lost on the way.
 */
#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/memory.h"
#include "tests/guests/runtime/test.h"
#include "tests/guests/runtime/trap.h"

const char test_name[] = "mmu-chaos";

#define PAGES  32u
#define ROUNDS 40000u

/* Entries below this one are played with: the slots of a root above it lead to the guest's own code. */
#define PLAYED 8u

/* Where pages are mapped, each at a place of its own. */
#define PLACE(page) ((7ul << 39) + (page)*PAGE_SIZE)

/* Words of a page that nothing but stores are tried on. */
#define STORES_AT (PLAYED * sizeof(uint64_t))

static struct {
    uint64_t page;
    uint64_t type;
    bool writable; /* in the physmap */
} pool[PAGES];

static uint64_t successes[16];

static uint64_t noise(void)
{
    static uint64_t state;

    if (state == 0)
        state = 0x2545f4914f6cdd1d * (uint64_t)start_info->command_line[0];
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state >> 11;
}

static unsigned int any_page(void)
{
    return (unsigned int)(noise() % PAGES);
}

static uint64_t machine_of(unsigned int i)
{
    return machine_address(pool[i].page);
}

/* A machine frame that is not the guest's, whoever's it is. */
static uint64_t foreign(void)
{
    const uint32_t *numbers = (const uint32_t *)PV_MACHINE_TO_PHYSICAL;
    uint64_t frame = noise() % 65536, number = numbers[frame];

    if (number < start_info->memory / PAGE_SIZE && machine_address(number * PAGE_SIZE) == frame * PAGE_SIZE)
        return 0;
    return frame * PAGE_SIZE;
}

/* Entries that are legal somewhere are the most. */
static uint64_t any_entry(void)
{
    static const uint64_t rights[] = {ENTRY_READ,
                                      ENTRY_DATA,
                                      ENTRY_LINK,
                                      ENTRY_LINK,
                                      ENTRY_READ | ENTRY_NX,
                                      ENTRY_LINK,
                                      ENTRY_USER,
                                      ENTRY_WRITE,
                                      ENTRY_PRESENT,
                                      ENTRY_LINK | ENTRY_LARGE,
                                      ENTRY_DATA | ENTRY_ACCESSED | ENTRY_DIRTY | 0xe00};
    uint64_t choice = noise() % 16;

    if (choice < 3)
        return 0;
    if (choice == 3)
        return foreign() | ENTRY_DATA;
    return machine_of(any_page()) | rights[noise() % (sizeof rights / sizeof *rights)];
}

/* An entry for a table of a type: more often than not to one that is right for it. */
static uint64_t fit_entry(uint64_t type)
{
    for (unsigned int tries = (unsigned int)(noise() % 16); tries > 0; tries--) {
        unsigned int i = any_page();
        if (type != PV_FRAME_DATA && pool[i].type == type - 1)
            return machine_of(i) | (noise() % 2 != 0 ? ENTRY_LINK : ENTRY_READ);
    }
    return any_entry();
}

/* Counts what succeeded; anything that is no known result is a failure. */
static bool done(unsigned int what, int64_t result)
{
    expect(result <= 0 && result >= -PV_E_UNMAPPED, "operation %u returns %x", (uint64_t)what,
           (uint64_t)result);
    successes[what] += result == 0;
    return result == 0;
}

/* Fills a page of data with entries; every now and then with what a root needs so that the guest survives it.
 */
static void fill(unsigned int i)
{
    uint64_t type = 1 + noise() % PV_FRAME_LEVEL4;
    bool root = type == PV_FRAME_LEVEL4;

    if (pool[i].type != PV_FRAME_DATA || !pool[i].writable)
        return;
    for (unsigned int k = 0; k < ENTRIES; k++)
        page_at(pool[i].page)[k] = root && k >= PLAYED ? page_at(start_info->root)[k] : 0;
    for (unsigned int k = 0; k < noise() % 4; k++)
        page_at(pool[i].page)[noise() % PLAYED] = fit_entry(type);
    successes[0]++;
}

static void map(unsigned int i)
{
    uint64_t entry = noise() % 3 == 0 ? ENTRY_DATA : ENTRY_READ | ENTRY_NX;

    if (done(1, page_map(pool[i].page, entry)))
        pool[i].writable = entry == ENTRY_DATA;
}

static void retype(unsigned int i, uint64_t type, uint64_t operation)
{
    if (done(operation == PV_MMU_CLEAR ? 2
             : type == PV_FRAME_DATA   ? 3
                                       : 4,
             mmu_do(machine_of(i) | operation, type)))
        pool[i].type = type;
}

static void set(unsigned int i)
{
    uint64_t entry = machine_of(i) + noise() % PLAYED * sizeof(uint64_t), operation = noise() % 2;

    done(5 + (unsigned int)operation, mmu_do(entry | operation, fit_entry(pool[i].type)));
}

/* A root that does not lead to the guest's own code would be the end of it. */
static bool survivable(unsigned int i)
{
    for (unsigned int slot = 272; slot < ENTRIES; slot++) {
        if (page_at(pool[i].page)[slot] != page_at(start_info->root)[slot])
            return false;
    }
    return true;
}

static void load(unsigned int i)
{
    uint64_t which = noise() % 4, page = noise() % 8 == 0 ? start_info->root : pool[i].page;

    if (which == PV_LOAD_KERNEL_ROOT && page != start_info->root && !survivable(i))
        return;
    if (done(7 + (unsigned int)which, page_load(page, (enum pv_load)which)) && which == PV_LOAD_KERNEL_ROOT)
        root_page_set(page);
}

/* A store, through whatever there is or was, into a page that may be anything by now. */
static void store(unsigned int i)
{
    unsigned int word = (unsigned int)(STORES_AT / sizeof(uint64_t));
    bool stored = attempt(write_word, PLACE(i) + STORES_AT).vector == NO_FAULT;

    successes[11] += stored;
    for (unsigned int k = 0; k < PAGES; k++) {
        if (page_at(pool[k].page)[word] != WRITTEN)
            continue;
        expect(pool[k].type == PV_FRAME_DATA, "a store has reached a table of type %u", pool[k].type);
        if (pool[k].type == PV_FRAME_DATA && pool[k].writable)
            page_at(pool[k].page)[word] = 0;
    }
}

static void act(void)
{
    unsigned int i = any_page();

    switch (noise() % 12) {
    case 0:
    case 1:
        fill(i);
        break;
    case 2:
    case 3:
        map(i);
        break;
    case 4:
        retype(i, 1 + noise() % PV_FRAME_DESCRIPTORS, PV_MMU_RETYPE);
        break;
    case 5:
        retype(i, 1 + noise() % PV_FRAME_DESCRIPTORS, PV_MMU_CLEAR);
        break;
    case 6:
        retype(i, PV_FRAME_DATA, PV_MMU_RETYPE);
        break;
    case 7:
    case 8:
        set(i);
        break;
    case 9:
        load(i);
        break;
    case 10:
        done(12, call(PV_CALL_va_update, PLACE(i), any_entry(), noise() % 3));
        break;
    default:
        store(i);
        break;
    }
}

/* Nobody writes to a table. */
static void expect_tables_safe(void)
{
    for (unsigned int i = 0; i < PAGES; i++) {
        if (pool[i].type != PV_FRAME_DATA)
            expect(attempt(write_word, PHYSMAP + pool[i].page).vector == PAGE,
                   "a table of type %u is written to", pool[i].type);
    }
}

static void unload(void)
{
    expect_result(page_load(start_info->root, PV_LOAD_KERNEL_ROOT), 0, "load", PV_LOAD_KERNEL_ROOT);
    root_page_set(start_info->root);
    expect_result(page_load(start_info->root, PV_LOAD_USER_ROOT), 0, "load", PV_LOAD_USER_ROOT);
    expect_result(mmu_do(PV_MMU_LOAD, PV_LOAD_DESCRIPTORS), 0, "load", PV_LOAD_DESCRIPTORS);
    expect_result(mmu_do(PV_MMU_LOAD, PV_LOAD_LOCAL_DESCRIPTORS), 0, "load", PV_LOAD_LOCAL_DESCRIPTORS);
}

/* From the top: what leads to a table is gone before the table is. */
static void take_apart(void)
{
    for (uint64_t type = PV_FRAME_DESCRIPTORS; type > PV_FRAME_DATA; type--) {
        for (unsigned int i = 0; i < PAGES; i++) {
            if (pool[i].type == type)
                expect_result(page_retype(pool[i].page, PV_FRAME_DATA), 0, "data again, from type", type);
        }
    }
    for (unsigned int i = 0; i < PAGES; i++) {
        page_unprotect(pool[i].page);
        page_at(pool[i].page)[0] = i;
    }
    for (unsigned int i = 0; i < PAGES; i++)
        expect(page_at(pool[i].page)[0] == i, "page %u is another one's, too", (uint64_t)i);
}

void test_main(void)
{
    traps_open();
    if (start_info->command_line[0] == '\0')
        test_error("no seed");
    for (unsigned int i = 0; i < PAGES; i++) {
        pool[i].page = page_take();
        pool[i].writable = true;
        expect_result(map_at(PLACE(i), 0), 0, "making a place", i);
    }
    for (unsigned int round = 0; round < ROUNDS || argument_is("endless"); round++) {
        act();
        if (round % 256 == 0)
            expect_tables_safe();
        if (round == ROUNDS / 4)
            print("in the middle of it\n");
    }
    unload();
    take_apart();
    for (unsigned int what = 0; what <= 12; what++)
        expect(successes[what] > 20, "operation %u has succeeded %u times only: nothing was tried",
               (uint64_t)what, successes[what]);
}
