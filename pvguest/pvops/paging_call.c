// SPDX-License-Identifier: MIT
// Page tables by calls: the hypervisor looks at each entry before the processor can see it (abi/README.md,
// memory management).
//
// Lazy mode: entries are put into a queue, and the queue goes in one call, when it is full, when lazy mode
// ends, and before a root is loaded. Between two of these nobody may rely on them, nor read them.
#include "pvops/backend.h"
#include "pvops/paging.h"
#include "pvops/stubs.h"

enum { QUEUE_SIZE = 64, SLOT_HYPERVISOR_FIRST = 256, SLOT_HYPERVISOR_END = 272 };

static struct pv_mmu_update queue[QUEUE_SIZE];
static unsigned queued;
static unsigned lazy; // how often it was begun and not ended

uint64_t paging_entry_address(uint64_t entry)
{
    return pv_physical_address(entry & PAGING_ADDRESS);
}

// Every page is open to ring 3, in which the kernel runs too: what keeps the user out is a root of its own.
uint64_t paging_call_entry(uint64_t physical, unsigned rights)
{
    return pv_machine_address(physical) | PAGING_PRESENT | PAGING_USER |
           (rights & PV_PAGE_WRITE ? PAGING_WRITE : 0) | (rights & PV_PAGE_EXECUTE ? 0 : PAGING_NX);
}

// A batch may be done in parts. One of which an entry is refused is the kernel's mistake.
static void updates_do(const struct pv_mmu_update *updates, unsigned count)
{
    while (count > 0) {
        int64_t done = pv_mmu_update((uintptr_t)updates, count, 0);

        if (done <= 0)
            kernel_panic("an entry of a page table is refused");
        updates += done;
        count -= (unsigned)done;
    }
}

void paging_queue_drain(void)
{
    unsigned count = queued;

    queued = 0;
    updates_do(queue, count);
}

static void update(uint64_t target, uint64_t value)
{
    queue[queued++] = (struct pv_mmu_update){target, value};
    if (!lazy || queued == QUEUE_SIZE)
        paging_queue_drain();
}

void paging_call_set(uint64_t table, unsigned index, uint64_t entry)
{
    update(pv_machine_address(table) + index * sizeof(entry) + PV_MMU_SET, entry);
}

void paging_call_flush(void)
{
    update(PV_MMU_FLUSH, 1);
}

void paging_lazy_begin(void)
{
    lazy++;
}

void paging_lazy_end(void)
{
    if (--lazy == 0)
        paging_queue_drain();
}

// Changes the mapping of a page in the map of all memory.
static bool physmap_set_writable(uint64_t page, bool writable)
{
    uint64_t entry = paging_call_entry(page, writable ? PV_PAGE_WRITE : 0);

    return pv_va_update((uintptr_t)paging_table(page), entry, PV_VA_INVALIDATE) == 0;
}

static bool retype(uint64_t page, uint64_t operation, unsigned type)
{
    struct pv_mmu_update change = {pv_machine_address(page) + operation, type};

    return pv_mmu_update((uintptr_t)&change, 1, 0) == 1;
}

// The upper half of every root is the kernel's. The hypervisor's slots are in it already.
static void kernel_half_copy(uint64_t root)
{
    const volatile uint64_t *current = paging_table(pv_ops->cpu.read_cr3());

    paging_lazy_begin();
    for (unsigned i = SLOT_HYPERVISOR_END; i < PAGING_ENTRIES; i++) {
        if (current[i])
            paging_call_set(root, i, current[i]);
    }
    paging_lazy_end();
}

// A page becomes a table when nothing can write to it.
bool paging_call_take(uint64_t page, unsigned level)
{
    paging_queue_drain();
    if (!physmap_set_writable(page, false))
        return false;
    if (!retype(page, PV_MMU_CLEAR, level)) {
        physmap_set_writable(page, true);
        return false;
    }
    if (level == PAGING_ROOT_LEVEL)
        kernel_half_copy(page);
    return true;
}

bool paging_call_release(uint64_t page)
{
    paging_queue_drain();
    return retype(page, PV_MMU_RETYPE, PV_FRAME_DATA) && physmap_set_writable(page, true);
}
