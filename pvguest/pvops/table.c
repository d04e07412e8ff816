// SPDX-License-Identifier: MIT
// Empty tables that are kept for the next who needs one, by level.
#include "pvops/table.h"

#include "pvops/backend.h"
#include "pvops/paging.h"

enum { KEPT_MAX = 32 };

static struct {
    uint64_t tables[KEPT_MAX];
    unsigned count;
} kept[PV_ROOT_LEVEL];

static void table_give_back(uint64_t table, unsigned level)
{
    if (!pvop_mmu_table_release(table, level))
        kernel_panic("a table is given up that is in use");
    kernel_frame_free(table);
}

uint64_t pv_table_create(unsigned level)
{
    uint64_t page;

    // What was kept may still wait to become empty.
    paging_queue_drain();
    if (kept[level - 1].count > 0)
        return kept[level - 1].tables[--kept[level - 1].count];
    page = kernel_frame_allocate();
    if (page != 0 && !pvop_mmu_table_take(page, level)) {
        kernel_frame_free(page);
        page = 0;
    }
    return page;
}

void pv_table_destroy(uint64_t table, unsigned level)
{
    if (kept[level - 1].count < KEPT_MAX)
        kept[level - 1].tables[kept[level - 1].count++] = table;
    else
        table_give_back(table, level);
}

void pv_tables_trim(void)
{
    for (unsigned level = PV_ROOT_LEVEL; level >= 1; level--) {
        while (kept[level - 1].count > 0)
            table_give_back(kept[level - 1].tables[--kept[level - 1].count], level);
    }
}

pv_entry_at pv_table(uint64_t table)
{
    return paging_table(table);
}
