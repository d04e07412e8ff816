// SPDX-License-Identifier: MIT
// Page tables by stores: what every kernel does on the bare machine.
#include "pvops/paging.h"

#include "pvops/backend.h"
#include "pvops/privileged.h"

volatile void *paging_physmap(uint64_t physical)
{
    return (volatile void *)(uintptr_t)(pv_start_info->physmap + physical);
}

uint64_t paging_physical(const volatile void *address)
{
    return (uintptr_t)address - pv_start_info->physmap;
}

volatile uint64_t *paging_table(uint64_t table)
{
    return paging_physmap(table);
}

// What is not the user's is kept from it by the processor.
uint64_t paging_native_entry(uint64_t physical, unsigned rights)
{
    return physical | PAGING_PRESENT | (rights & PV_PAGE_WRITE ? PAGING_WRITE : 0) |
           (rights & PV_PAGE_USER ? PAGING_USER : 0) | (rights & PV_PAGE_EXECUTE ? 0 : PAGING_NX);
}

static void words_set(volatile uint64_t *words, uint64_t value, size_t count)
{
    __asm__ volatile("rep stosq" : "+D"(words), "+c"(count) : "a"(value) : "memory");
}

static void words_copy(volatile uint64_t *to, const volatile uint64_t *from, size_t count)
{
    __asm__ volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(count) : : "memory");
}

bool paging_native_take(uint64_t page, unsigned level)
{
    volatile uint64_t *entries = paging_table(page);

    words_set(entries, 0, PV_TABLE_ENTRIES);
    if (level == PV_ROOT_LEVEL)
        words_copy(entries + PV_ROOT_KERNEL, paging_table(pvop_cpu_read_cr3()) + PV_ROOT_KERNEL,
                   PV_TABLE_ENTRIES - PV_ROOT_KERNEL);
    return true;
}

bool paging_native_release(uint64_t page, unsigned level)
{
    (void)page;
    (void)level;
    return true;
}

bool paging_native_activate(uint64_t root)
{
    cr3_write(root);
    return true;
}

void paging_store(pv_entry_at at, uint64_t entry)
{
    *(volatile uint64_t *)at = entry;
}

void paging_store_page(pv_entry_at at, uint64_t entry, const void *address)
{
    paging_store(at, entry);
    page_invalidate(address);
}

void paging_store_flush(void)
{
    cr3_write(cr3_read());
}

void paging_nothing(void)
{
}
