// SPDX-License-Identifier: MIT
// Page tables by stores: what every kernel does on the bare machine.
#include "pvops/paging.h"

#include "pvops/backend.h"
#include "pvops/privileged.h"

volatile uint64_t *paging_table(uint64_t table)
{
    return (volatile uint64_t *)(uintptr_t)(pv_start_info->physmap + table);
}

// What is not the user's is kept from it by the processor.
uint64_t paging_native_entry(uint64_t physical, unsigned rights)
{
    return physical | PAGING_PRESENT | (rights & PV_PAGE_WRITE ? PAGING_WRITE : 0) |
           (rights & PV_PAGE_USER ? PAGING_USER : 0) | (rights & PV_PAGE_EXECUTE ? 0 : PAGING_NX);
}

bool paging_native_take(uint64_t page, unsigned level)
{
    const volatile uint64_t *current = paging_table(pv_ops->cpu.read_cr3());
    volatile uint64_t *entries = paging_table(page);

    for (unsigned i = 0; i < PAGING_ENTRIES; i++)
        entries[i] = level == PAGING_ROOT_LEVEL && i >= PAGING_KERNEL_FIRST ? current[i] : 0;
    return true;
}

bool paging_native_release(uint64_t page)
{
    (void)page;
    return true;
}

void paging_store(uint64_t table, unsigned index, uint64_t entry)
{
    paging_table(table)[index] = entry;
}

void paging_store_flush(void)
{
    cr3_write(cr3_read());
}

void paging_nothing(void)
{
}
