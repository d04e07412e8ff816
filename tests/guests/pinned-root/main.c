// SPDX-License-Identifier: MIT
/*
 * pinned-root: frees tables that are in use.
 *
 * What: the roots that are loaded, for kernel and for user mode, and every table below them, are to be data
 * again; in the wrong order, with one of two loads gone, with one of many links gone, while the processor
 * walks them. The hypervisor's slots of a root are written to and read. With the argument `saw` the guest
 * cuts off the table that it runs on.
 *
 * Why: a table that is data can be written to. If the processor still walks it, the guest writes its own
 * translations.
 *
 * How: BUSY as long as anything leads to the table, whatever the order; success right after the last.
 */
#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/memory.h"
#include "tests/guests/runtime/test.h"
#include "tests/guests/runtime/trap.h"

const char test_name[] = "pinned-root";

/* The hypervisor's slots of a root. */
#define OWN_FIRST 256u
#define OWN_END   272u

/* Links of one table, as many as there are slots in two tables but for the hypervisor's. */
#define LINKS 400u

/* A root that shares everything with the loader's. */
static uint64_t root_make(void)
{
    const uint64_t *from = page_at(start_info->root);
    uint64_t root = page_take();

    for (unsigned int slot = 0; slot < ENTRIES; slot++)
        page_at(root)[slot] = from[slot];
    table_make(root, PV_FRAME_LEVEL4);
    return root;
}

static void expect_busy(uint64_t table, const char *what)
{
    expect_result(page_retype(table, PV_FRAME_DATA), -PV_E_BUSY, what, table);
}

/* Every table that leads to the guest's own code. */
static void expect_path_busy(void)
{
    for (unsigned int level = 4; level >= 2; level--) {
        uint64_t entry = entry_value(entry_of((uintptr_t)test_main, level));
        expect_result(mmu_do((entry & ENTRY_ADDRESS) | PV_MMU_RETYPE, PV_FRAME_DATA), -PV_E_BUSY,
                      "retype of a table below the root", level - 1);
    }
}

static void roots(void)
{
    uint64_t old = start_info->root, kernel = root_make(), user = root_make();

    expect_busy(old, "the loader's root");
    expect_path_busy();
    expect_result(page_load(kernel, PV_LOAD_KERNEL_ROOT), 0, "load", 0);
    root_page_set(kernel);
    expect_busy(old, "the loader's root, loaded for user mode still");
    expect_busy(kernel, "the kernel's root");
    expect_result(page_load(user, PV_LOAD_USER_ROOT), 0, "load", 0);
    expect_busy(user, "the user's root");
    expect_result(page_load(user, PV_LOAD_USER_ROOT), 0, "load of what is loaded", 0);
    expect_busy(user, "the user's root, loaded twice");
    expect_result(page_retype(old, PV_FRAME_DATA), 0, "the loader's root, not loaded any more", 0);
    expect_result(page_load(old, PV_LOAD_KERNEL_ROOT), -PV_E_TYPE, "load of what is no root any more", 0);
    expect_result(page_load(old, PV_LOAD_USER_ROOT), -PV_E_TYPE, "load of what is no root any more", 0);
    expect_path_busy();
    expect_result(page_load(user, PV_LOAD_KERNEL_ROOT), 0, "load of one root for both", 0);
    root_page_set(user);
    expect_result(page_retype(kernel, PV_FRAME_DATA), 0, "the kernel's root, not loaded any more", 0);
    expect_busy(user, "a root loaded for both");
    expect_result(page_retype(old, PV_FRAME_LEVEL4), 0, "the loader's root again", 0);
    expect_result(page_load(old, PV_LOAD_KERNEL_ROOT), 0, "load", 0);
    root_page_set(old);
    expect_busy(user, "a root loaded for user mode still");
    expect_result(page_load(old, PV_LOAD_USER_ROOT), 0, "load", 0);
    expect_result(page_retype(user, PV_FRAME_DATA), 0, "a root not loaded any more", 0);
}

/* One table linked from many slots, of tables that are linked and that are not. */
static void links(void)
{
    uint64_t below = page_take(), above[2] = {page_take(), page_take()};

    table_make(below, PV_FRAME_LEVEL2);
    for (unsigned int i = 0; i < LINKS / 2; i++)
        page_at(above[0])[i] = machine_address(below) | (i % 2 == 0 ? ENTRY_LINK : ENTRY_READ);
    table_make(above[0], PV_FRAME_LEVEL3);
    table_make(above[1], PV_FRAME_LEVEL3);
    for (unsigned int i = 0; i < LINKS / 2; i++)
        expect_result(entry_set(above[1], i, machine_address(below) | ENTRY_LINK), 0, "a link", i);
    expect_busy(below, "a table with many links");
    expect_result(page_retype(above[0], PV_FRAME_DATA), 0, "half of what leads to it", 0);
    for (unsigned int i = 0; i < LINKS / 2; i++) {
        expect_busy(below, "a table with links left");
        expect_result(entry_set(above[1], i, i % 2 == 0 ? 0 : machine_address(below)), 0, "unlinking", i);
    }
    expect_result(page_retype(below, PV_FRAME_DATA), 0, "a table without links", 0);
    expect_result(page_retype(above[1], PV_FRAME_DATA), 0, "what led to it", 0);
}

/* A refused table counts nothing: the last entry is wrong, all the others would have been links. */
static void refused(void)
{
    uint64_t below = page_take(), above = page_take();

    table_make(below, PV_FRAME_LEVEL1);
    for (unsigned int i = 0; i < ENTRIES - 1; i++)
        page_at(above)[i] = machine_address(below) | ENTRY_LINK;
    page_at(above)[ENTRIES - 1] = machine_address(below) | ENTRY_LINK | ENTRY_LARGE;
    page_protect(above);
    expect_result(page_retype(above, PV_FRAME_LEVEL2), -PV_E_BITS, "a table with a wrong entry", 0);
    expect_result(page_retype(below, PV_FRAME_DATA), 0, "what it would have led to", 0);
    page_unprotect(above);
    expect_result(page_retype(below, PV_FRAME_LEVEL1), 0, "a table again", 0);
    expect_result(page_retype(below, PV_FRAME_DATA), 0, "data again", 0);
}

/*
 * The hypervisor's slots: not the guest's to set, whatever it leaves there, and empty when the root is data
 * again.
 */
static void slots(void)
{
    uint64_t root = page_take();

    for (unsigned int slot = OWN_FIRST; slot < OWN_END; slot++)
        page_at(root)[slot] = (uint64_t)slot << 12 | ENTRY_LINK;
    page_protect(root);
    expect_result(page_retype(root, PV_FRAME_LEVEL4), 0, "a root with something in the hypervisor's slots",
                  0);
    for (unsigned int slot = OWN_FIRST; slot < OWN_END; slot++) {
        const uint64_t used[] = {root, root_page()};
        for (size_t i = 0; i < sizeof used / sizeof *used; i++) {
            uint64_t entry = machine_address(used[i]) + slot * sizeof(uint64_t);
            expect_result(mmu_do(entry | PV_MMU_SET, 0), -PV_E_SLOT, "SET", slot);
            expect_result(mmu_do(entry | PV_MMU_SET_KEEP, 0), -PV_E_SLOT, "SET_KEEP", slot);
            expect_result(mmu_do(entry | PV_MMU_SET, page_at(used[i])[slot]), -PV_E_SLOT, "SET to the same",
                          slot);
        }
        expect(page_at(root)[slot] == page_at(root_page())[slot],
               "slot %u of a new root is another than the loader's", (uint64_t)slot);
    }
    expect_result(entry_set(root, OWN_FIRST - 1, 0), 0, "SET below the hypervisor's slots", 0);
    expect_result(entry_set(root, OWN_END, 0), 0, "SET above the hypervisor's slots", 0);
    table_unmake(root);
    for (unsigned int slot = OWN_FIRST; slot < OWN_END; slot++)
        expect(page_at(root)[slot] == 0, "slot %u shows something of the hypervisor's: %x", (uint64_t)slot,
               page_at(root)[slot]);
}

/* Takes its own code, stack and handlers from under its feet. */
static void saw(void)
{
    struct pv_mmu_update operations[] = {{entry_of((uintptr_t)test_main, 4) | PV_MMU_SET, 0},
                                         {PV_MMU_FLUSH, 1}};

    print("sawing\n");
    call(PV_CALL_mmu_update, (uintptr_t)operations, 2, 0);
    test_error("it goes on without any code");
}

void test_main(void)
{
    traps_open();
    if (argument_is("saw"))
        saw();
    for (int round = 0; round < 2; round++) {
        roots();
        links();
        refused();
        slots();
    }
}
