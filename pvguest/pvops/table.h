// SPDX-License-Identifier: MIT
// Tables of pages. To make a page a table, and back, is what costs most under a hypervisor: so empty tables
// are kept, by level, and used again.
#ifndef PV_PVOPS_TABLE_H
#define PV_PVOPS_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "pvops/pvops.h"

// The physical address of an empty table of a level, 1 to 4; of a root the kernel's half is filled. 0: there
// is no memory.
uint64_t pv_table_create(unsigned level);

// Gives up a table that is empty again (a root: its lower half), not active, and that nothing leads to.
void pv_table_destroy(uint64_t table, unsigned level);

// Gives the pages of all tables that are kept back to kernel_frame_free().
void pv_tables_trim(void);

// The entries of a table, for reading. They are set with the operations of the group mmu.
pv_entry_at pv_table(uint64_t table);

// What an entry of any level says in every mode.
static inline bool pv_entry_present(uint64_t entry)
{
    return entry & 1;
}

static inline bool pv_entry_writable(uint64_t entry)
{
    return entry & 2;
}

#endif
