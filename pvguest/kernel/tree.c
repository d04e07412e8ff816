// SPDX-License-Identifier: MIT
// The tree of page tables of one space. Tables are linked in when they are made, and go all together: first
// every entry that leads to one is cleared, then all are given back, so that neither needs an order.
#include "kernel/tree.h"

#include "kernel/heap.h"
#include "pvops/table.h"

enum {
    PAGE_BITS = 12,
    INDEX_BITS = 9,
    KEPT_TREES = 8,
    KEPT_TABLES = 9, // of a tree that is kept: for program, stack, and memory between them
};

// Trees without pages.
static struct tree kept[KEPT_TREES];
static unsigned kept_count;

// Bits of an address below those that choose an entry in a table of a level.
static unsigned level_shift(unsigned level)
{
    return PAGE_BITS + INDEX_BITS * (level - 1);
}

static unsigned level_index(uint64_t address, unsigned level)
{
    return address >> level_shift(level) & (PV_TABLE_ENTRIES - 1);
}

// The first address that a table of a level covers which covers this one.
static uint64_t level_start(uint64_t address, unsigned level)
{
    return address & ~(((uint64_t)1 << level_shift(level + 1)) - 1);
}

static void entry_set(unsigned level, pv_entry_at at, uint64_t entry)
{
    if (level == 2)
        pvop_mmu_set_level2(at, entry);
    else if (level == 3)
        pvop_mmu_set_level3(at, entry);
    else
        pvop_mmu_set_level4(at, entry);
}

// Makes a table for an address, and the entry above that leads to it.
static bool table_add(struct tree *tree, unsigned level, uint64_t address, pv_entry_at above)
{
    struct tree_table **list = level == 1 ? &tree->leaves : &tree->inner;
    struct tree_table *table = heap_allocate(sizeof *table);
    uint64_t physical = table ? pv_table_create(level) : 0;

    if (physical == 0) {
        heap_free(table);
        return false;
    }
    *table = (struct tree_table){
        .next = *list,
        .physical = physical,
        .start = level_start(address, level),
        .above = above,
        .level = level,
    };
    *list = table;
    tree->count++;
    entry_set(level + 1, above, pvop_mmu_entry(physical, PV_PAGE_TABLE));
    return true;
}

// The entries of the leaf for an address; NULL if it is missing, or is to be made and there is no memory.
static pv_entry_at leaf_walk(struct tree *tree, uint64_t address, bool make)
{
    pv_entry_at table = pv_table(tree->root);

    for (unsigned level = PV_ROOT_LEVEL; level > 1; level--) {
        pv_entry_at at = table + level_index(address, level);

        if (!pv_entry_present(*at) && !(make && table_add(tree, level - 1, address, at)))
            return NULL;
        table = pv_table(pvop_mmu_entry_address(*at));
    }
    return table;
}

bool tree_create(struct tree *tree)
{
    if (kept_count > 0)
        *tree = kept[--kept_count];
    else
        *tree = (struct tree){.root = pv_table_create(PV_ROOT_LEVEL)};
    return tree->root != 0;
}

static void list_unlink(const struct tree_table *table)
{
    for (; table; table = table->next)
        entry_set(table->level + 1, table->above, 0);
}

static void list_free(struct tree_table *table)
{
    while (table) {
        struct tree_table *next = table->next;

        pv_table_destroy(table->physical, table->level);
        heap_free(table);
        table = next;
    }
}

static void tree_take_apart(struct tree *tree)
{
    pvop_mmu_lazy_begin();
    list_unlink(tree->leaves);
    list_unlink(tree->inner);
    pvop_mmu_lazy_end();
    list_free(tree->leaves);
    list_free(tree->inner);
    pv_table_destroy(tree->root, PV_ROOT_LEVEL);
}

void tree_destroy(struct tree *tree)
{
    if (kept_count < KEPT_TREES && tree->count <= KEPT_TABLES)
        kept[kept_count++] = *tree;
    else
        tree_take_apart(tree);
    *tree = (struct tree){0};
}

void trees_trim(void)
{
    while (kept_count > 0)
        tree_take_apart(&kept[--kept_count]);
    pv_tables_trim();
}

bool tree_copy(struct tree *tree, const struct tree *from)
{
    if (!tree_create(tree))
        return false;
    for (struct tree_table *leaf = from->leaves; leaf; leaf = leaf->next) {
        leaf->copy = leaf_walk(tree, leaf->start, true);
        if (!leaf->copy) {
            tree_destroy(tree);
            return false;
        }
    }
    return true;
}

static pv_entry_at entry_find(struct tree *tree, uint64_t address, bool make)
{
    uint64_t start = level_start(address, 1);

    if (!tree->found || tree->found_start != start) {
        tree->found = leaf_walk(tree, address, make);
        tree->found_start = start;
    }
    return tree->found ? tree->found + level_index(address, 1) : NULL;
}

pv_entry_at tree_find(struct tree *tree, uint64_t address)
{
    return entry_find(tree, address, false);
}

pv_entry_at tree_make(struct tree *tree, uint64_t address)
{
    return entry_find(tree, address, true);
}
