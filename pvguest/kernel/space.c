// SPDX-License-Identifier: MIT
// Address spaces as a whole: made, copied, destroyed, made the current one. What is done to all pages of a
// space goes by the leaves of its tree and the regions in each, so that only tables that exist are looked at,
// and in lazy mode, so that they can go together. Entries are read before they are set, never
// after.
#include "kernel/space.h"

#include "kernel/frame.h"
#include "kernel/heap.h"
#include "kernel/processor.h"
#include "pvops/kernel.h"
#include "pvops/table.h"

// The level-1 entries of a range that are in one leaf: [first, end).
struct part {
    pv_entry_at first, end;
};

static uint64_t kernel_root; // without user pages

void spaces_start(void)
{
    kernel_root = pv_table_create(PV_ROOT_LEVEL);
    if (kernel_root == 0)
        kernel_panic("there is no memory for a page table");
    space_activate(NULL);
}

void space_activate(struct space *space)
{
    uint64_t root = space ? space->tree.root : kernel_root;

    if (root == processor_here()->root)
        return;
    if (!pvop_mmu_activate(root))
        kernel_panic("an address space cannot be activated");
    processor_here()->root = root;
}

void space_activate_with(struct space *space, void *stack)
{
    if (space->tree.root == processor_here()->root) {
        pvop_cpu_kernel_stack_set(stack);
        return;
    }
    if (!pvop_mmu_activate_with(space->tree.root, stack))
        kernel_panic("an address space cannot be activated");
    processor_here()->root = space->tree.root;
}

bool space_is_active(const struct space *space)
{
    return space->tree.root == processor_here()->root;
}

struct space *space_create(void)
{
    struct space *space = heap_allocate(sizeof *space);

    if (space && !tree_create(&space->tree)) {
        heap_free(space);
        return NULL;
    }
    return space;
}

// The entries of [start, end) in a leaf; empty if they are in others.
static struct part part_of(const struct tree_table *leaf, uint64_t start, uint64_t end)
{
    uint64_t leaf_end = leaf->start + TREE_LEAF_SPAN;
    pv_entry_at entries;

    if (start >= leaf_end || end <= leaf->start)
        return (struct part){NULL, NULL};
    entries = pv_table(leaf->physical);
    if (start < leaf->start)
        start = leaf->start;
    if (end > leaf_end)
        end = leaf_end;
    return (struct part){entries + (start - leaf->start) / PAGE_SIZE,
                         entries + (end - leaf->start) / PAGE_SIZE};
}

// Maps the pages of a region's part of a leaf in its copy too, writable in neither. Returns how many they
// are.
static size_t part_share(const struct tree_table *leaf, const struct region *region)
{
    struct part part = part_of(leaf, region->start, region->end);
    pv_entry_at copy = leaf->copy;
    size_t count = 0;

    if (part.first < part.end)
        copy += part.first - pv_table(leaf->physical);

    for (pv_entry_at at = part.first; at < part.end; at++, copy++) {
        uint64_t entry = *at;

        if (!pv_entry_present(entry))
            continue;
        uint64_t frame = pvop_mmu_entry_address(entry);

        if (pv_entry_writable(entry)) {
            entry = pvop_mmu_entry(frame, region->rights & ~(unsigned)PV_PAGE_WRITE);
            pvop_mmu_set_level1(at, entry);
        }
        pvop_mmu_set_level1(copy, entry);
        frame_get(frame);
        count++;
    }
    return count;
}

static void pages_share(struct space *copy, const struct space *space)
{
    for (const struct tree_table *leaf = space->tree.leaves; leaf; leaf = leaf->next) {
        for (const struct region *region = space->regions.first; region; region = region->next)
            copy->pages += part_share(leaf, region);
    }
    pvop_mmu_flush();
}

// Copies all but the pages, tables included. False: no memory, and nothing is left of it.
static bool skeleton_copy(struct space *copy, const struct space *space)
{
    if (!frames_suffice(space->pages))
        return false;
    copy->break_start = space->break_start;
    copy->break_end = space->break_end;
    if (!regions_copy(&copy->regions, &space->regions))
        return false;
    if (tree_copy(&copy->tree, &space->tree))
        return true;
    regions_clear(&copy->regions);
    return false;
}

struct space *space_copy(struct space *space)
{
    struct space *copy = heap_allocate(sizeof *copy);

    if (!copy || !skeleton_copy(copy, space)) {
        heap_free(copy);
        return NULL;
    }
    pvop_mmu_lazy_begin();
    pages_share(copy, space);
    pvop_mmu_lazy_end();
    return copy;
}

// Unmaps the pages of a part. Their frames may be free then, but nobody takes one before lazy mode ends.
static size_t part_drop(struct part part)
{
    size_t count = 0;

    for (pv_entry_at at = part.first; at < part.end; at++) {
        uint64_t entry = *at;

        if (!pv_entry_present(entry))
            continue;
        pvop_mmu_set_level1(at, 0);
        frame_put(pvop_mmu_entry_address(entry));
        count++;
    }
    return count;
}

// Unmaps the pages in [start, end). In lazy mode.
static void pages_drop(struct space *space, uint64_t start, uint64_t end)
{
    for (const struct tree_table *leaf = space->tree.leaves; leaf; leaf = leaf->next)
        space->pages -= part_drop(part_of(leaf, start, end));
}

void space_drop(struct space *space, uint64_t start, uint64_t end)
{
    size_t before = space->pages;

    pvop_mmu_lazy_begin();
    pages_drop(space, start, end);
    if (space->pages != before && space_is_active(space))
        pvop_mmu_flush();
    pvop_mmu_lazy_end();
}

void space_destroy(struct space *space)
{
    if (!space)
        return;
    if (space_is_active(space))
        space_activate(NULL);
    pvop_mmu_lazy_begin();
    for (const struct region *region = space->regions.first; region; region = region->next)
        pages_drop(space, region->start, region->end);
    pvop_mmu_lazy_end();
    tree_destroy(&space->tree);
    regions_clear(&space->regions);
    heap_free(space);
}
