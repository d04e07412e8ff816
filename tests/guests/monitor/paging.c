// SPDX-License-Identifier: MIT
// Builds an address space of its own with the shim's operations, uses it, and takes it down again. What it
// prints is the same however the machine is run.
#include "command.h"

#include <malloc.h>
#include <stdio.h>
#include <string.h>

#include "newlib.h"
#include "pvops/kernel.h"
#include "pvops/pvops.h"

enum { PAGE = 4096, LEVELS = 4, DATA = 2, SLOT = 5, MANY = 200, MANY_FIRST = 16 };
enum { ENTRY_ACCESSED = 0x20, ENTRY_DIRTY = 0x40 };

// Where the pages of the new space's level-1 table are.
#define SPACE ((volatile char *)((uintptr_t)SLOT << 39))

// Tables by level, from 1; and data.
static uint64_t *tables[LEVELS + 1];
static char *data[DATA];
static unsigned failures;

static void check(const char *what, bool good)
{
    printf("%s: %s\n", what, good ? "yes" : "NO");
    failures += good ? 0 : 1;
}

// What the shim needs for itself.
uint64_t kernel_frame_allocate(void)
{
    void *page = memalign(PAGE, PAGE);

    return page ? heap_physical(page) : 0;
}

void kernel_frame_free(uint64_t physical)
{
    free(heap_pointer(physical));
}

static void *page_new(void)
{
    void *page = memalign(PAGE, PAGE);

    return page ? memset(page, 0, PAGE) : NULL;
}

static void set(unsigned level, unsigned index, uint64_t entry)
{
    pv_entry_at at = &tables[level][index];

    if (level == 1)
        pvop_mmu_set_level1(at, entry);
    else if (level == 2)
        pvop_mmu_set_level2(at, entry);
    else if (level == 3)
        pvop_mmu_set_level3(at, entry);
    else
        pvop_mmu_set_level4(at, entry);
}

static uint64_t data_entry(unsigned which, unsigned rights)
{
    return pvop_mmu_entry(heap_physical(data[which]), rights | PV_PAGE_USER);
}

// What a page of the new space holds in its first byte, or -1.
static int seen(unsigned page)
{
    return pv_probe((const char *)SPACE + (size_t)page * PAGE);
}

static bool pages_make(void)
{
    for (unsigned level = 1; level <= LEVELS; level++) {
        tables[level] = page_new();
        if (!tables[level])
            return false;
    }
    for (unsigned i = 0; i < DATA; i++) {
        data[i] = page_new();
        if (!data[i])
            return false;
        data[i][0] = (char)('a' + i);
    }
    return true;
}

static bool tables_make(void)
{
    bool made = true;

    for (unsigned level = 1; level <= LEVELS; level++)
        made = made && pvop_mmu_table_take(heap_physical(tables[level]), level);
    if (!made)
        return false;
    for (unsigned level = 2; level <= LEVELS; level++)
        set(level, level == LEVELS ? SLOT : 0,
            pvop_mmu_entry(heap_physical(tables[level - 1]), PV_PAGE_TABLE));
    return true;
}

static void mapping_check(void)
{
    set(1, 0, data_entry(0, PV_PAGE_WRITE));
    set(1, 1, data_entry(1, 0));
    check("pages are where they were mapped", seen(0) == 'a' && seen(1) == 'b');
    check("what is not mapped is not there", seen(2) == -1);
    SPACE[1] = 'x';
    check("what is written arrives", data[0][1] == 'x');
    check("the processor notes accesses",
          (tables[1][0] & (ENTRY_ACCESSED | ENTRY_DIRTY)) == (ENTRY_ACCESSED | ENTRY_DIRTY));
    check("an entry says where it leads", pvop_mmu_entry_address(tables[1][1]) == heap_physical(data[1]));
    set(1, 0, data_entry(1, 0));
    pvop_mmu_invalidate_page((const void *)SPACE);
    check("a page is mapped elsewhere", seen(0) == 'b');
    pvop_mmu_set_page(&tables[1][0], data_entry(0, 0), (const void *)SPACE);
    check("a page is mapped back", seen(0) == 'a');
    set(1, 0, 0);
    pvop_mmu_flush();
    check("a page is unmapped", seen(0) == -1);
}

static bool many_set(void)
{
    bool all = true;

    for (unsigned i = MANY_FIRST; i < MANY_FIRST + MANY; i++)
        all = all && seen(i) == (i % DATA ? 'b' : 'a');
    return all;
}

static void lazy_check(void)
{
    pvop_mmu_lazy_begin();
    pvop_mmu_lazy_begin();
    set(1, 2, data_entry(0, 0));
    pvop_mmu_lazy_end();
    set(1, 3, data_entry(1, 0));
    pvop_mmu_lazy_end();
    check("lazy mode nests", seen(2) == 'a' && seen(3) == 'b');

    pvop_mmu_lazy_begin();
    set(1, 4, data_entry(0, 0));
    bool loaded = pvop_mmu_activate(heap_physical(tables[LEVELS]));
    check("a switch ends what lazy mode puts off", loaded && seen(4) == 'a');
    pvop_mmu_lazy_end();

    pvop_mmu_lazy_begin();
    for (unsigned i = MANY_FIRST; i < MANY_FIRST + MANY; i++)
        set(1, i, data_entry(i % DATA, 0));
    pvop_mmu_lazy_end();
    check("lazy mode holds any number", many_set());
}

static bool tables_unmake(void)
{
    bool unmade = true;

    for (unsigned level = LEVELS; level >= 1; level--)
        unmade = pvop_mmu_table_release(heap_physical(tables[level]), level) && unmade;
    return unmade;
}

static void pages_unmake(void)
{
    for (unsigned level = 1; level <= LEVELS; level++)
        free(memset(tables[level], 0, PAGE));
    for (unsigned i = 0; i < DATA; i++)
        free(data[i]);
}

void command_paging(int count, char **words)
{
    uint64_t root = pvop_cpu_read_cr3();

    (void)count;
    (void)words;
    failures = 0;
    if (!pages_make()) {
        printf("there is no memory for page tables\n");
        return;
    }
    check("tables are made", tables_make());
    check("a root is loaded", pvop_mmu_activate(heap_physical(tables[LEVELS])) &&
                                  pvop_cpu_read_cr3() == heap_physical(tables[LEVELS]));
    mapping_check();
    lazy_check();
    check("the root from before is loaded", pvop_mmu_activate(root) && seen(2) == -1);
    check("tables are pages again", tables_unmake());
    pages_unmake();
    printf("paging: %s\n", failures ? "FAILED" : "good");
}
