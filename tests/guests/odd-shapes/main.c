// SPDX-License-Identifier: MIT
/*
 * odd-shapes: ends with its tables in every shape that they can be in.
 *
 * What: roots that are half built and that lead nowhere, tables of each level without anything above them, a
 * table in hundreds of slots, another root for user mode, descriptors loaded as global and as local table,
 * segment registers that need them, most of its memory unmapped; and on top of that a root of its own is
 * loaded. Then it exits, faults without a way to handle it, waits to be stopped, or loops in user mode under
 * a root that leads to one page of code, as the argument says: `exit`, `crash`, `wait` or `user`.
 *
 * Why: a domain's frames go to the next one whatever they were. What is still counted, linked or loaded then
 * is a hole, or a frame that is lost.
 *
 * How: the test looks at what the hypervisor says: every frame is returned. While it waits, the test looks
 * from outside for mappings of its tables, whose machine addresses it prints. It cannot report a success
 * itself.
 */
#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/memory.h"
#include "tests/guests/runtime/test.h"
#include "tests/guests/runtime/trap.h"

const char test_name[] = "odd-shapes";

#define DATA_RING3 0x00cff2000000fffful

static void make(uint64_t page, enum pv_frame_type type)
{
    table_make(page, type);
    print("table %x\n", machine_address(page));
}

/* A root that shares the loader's tables. */
static uint64_t root_make(void)
{
    uint64_t root = page_take();

    for (unsigned int i = 0; i < ENTRIES; i++)
        page_at(root)[i] = page_at(start_info->root)[i];
    make(root, PV_FRAME_LEVEL4);
    return root;
}

/* Tables of each level that nothing leads to, each full of links to one below it. */
static void towers(void)
{
    uint64_t below = page_take();

    for (unsigned int level = 1; level <= 4; level++) {
        uint64_t table = page_take();

        for (unsigned int i = 0; i < ENTRIES; i++)
            page_at(table)[i] = machine_address(below) | (level == 1 ? ENTRY_DATA : ENTRY_LINK);
        make(table, (enum pv_frame_type)level);
        below = table;
    }
}

/* Tables of each type, empty. */
static void stumps(void)
{
    for (uint64_t type = PV_FRAME_LEVEL1; type <= PV_FRAME_DESCRIPTORS; type++)
        make(page_take(), (enum pv_frame_type)type);
}

static void descriptors(void)
{
    uint64_t table = page_take();

    page_at(table)[0] = page_at(table)[1] = DATA_RING3;
    make(table, PV_FRAME_DESCRIPTORS);
    if (page_load(table, PV_LOAD_DESCRIPTORS) != 0 || page_load(table, PV_LOAD_LOCAL_DESCRIPTORS) != 0)
        test_error("descriptors cannot be loaded");
    __asm__ volatile("mov %w0, %%fs\n"
                     "mov %w0, %%ds\n"
                     "mov %w1, %%gs\n"
                     "mov %w1, %%es\n"
                     :
                     : "r"(0xb), "r"(0x7));
}

/* x86 instruction: 1: jmp 1b */
#define LOOP 0xfeebu

/* Loops in user mode, where nothing of the kernel is mapped. */
static void loop_in_user_mode(void)
{
    uint64_t page = page_take(), below = page;

    page_at(page)[0] = LOOP;
    for (unsigned int level = 1; level <= 4; level++) {
        uint64_t table = page_take();

        page_at(table)[0] = machine_address(below) | (level == 1 ? ENTRY_READ : ENTRY_LINK);
        make(table, (enum pv_frame_type)level);
        below = table;
    }
    if (page_load(below, PV_LOAD_USER_ROOT) != 0)
        test_error("the user's root cannot be loaded");
    print("looping in user mode\n");
    user_enter(0, 0, 0);
}

void test_main(void)
{
    uint64_t root = root_make();

    towers();
    stumps();
    descriptors();
    if (page_load(root, PV_LOAD_KERNEL_ROOT) != 0 || page_load(root_make(), PV_LOAD_USER_ROOT) != 0 ||
        page_retype(start_info->root, PV_FRAME_DATA) != 0)
        test_error("the roots cannot be exchanged");
    if (argument_is("user"))
        loop_in_user_mode();
    while (pages_free() > 0)
        page_map(page_take(), 0);
    print("as odd as can be\n");
    if (argument_is("exit"))
        call(PV_CALL_exit, 0, 0, 0);
    if (argument_is("crash"))
        __asm__ volatile("ud2");
    for (;;)
        call(PV_CALL_yield, 0, 0, 0);
}
