// SPDX-License-Identifier: MIT
// Page tables by calls: the hypervisor looks at each entry before the processor can see it (abi/README.md,
// memory management).
//
// Lazy mode: entries are put into a queue, and the queue goes in one call, when it is full, when lazy mode
// ends, and before a root is loaded. Between two of these nobody may rely on them, nor read them.
#include "pvops/backend.h"
#include "pvops/paging.h"
#include "pvops/processor.h"
#include "pvops/stubs.h"

enum { QUEUE_SIZE = 64 };

// The queue goes when its end meets `full`: after one entry, but in lazy mode when there is no room for
// another.
static struct pv_mmu_update queue[QUEUE_SIZE];
static struct pv_mmu_update *end = queue;
static struct pv_mmu_update *full = queue + 1;
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

__attribute__((noinline)) static void queue_do(void)
{
    unsigned count = (unsigned)(end - queue);

    end = queue;
    updates_do(queue, count);
}

void paging_queue_drain(void)
{
    if (end != queue)
        queue_do();
}

static void update(uint64_t target, uint64_t value)
{
    struct pv_mmu_update *place = end;

    *place++ = (struct pv_mmu_update){target, value};
    end = place;
    if (place == full)
        queue_do();
}

// The machine address of an entry, which a hypervisor's guest alone asks for.
static uint64_t entry_machine(pv_entry_at at)
{
    const uint32_t *frames = (const uint32_t *)(uintptr_t)pv_start_info->physical_to_machine;
    uint64_t physical = (uintptr_t)at - pv_start_info->physmap;

    return (uint64_t)frames[physical / PV_PAGE_SIZE] * PV_PAGE_SIZE + (uintptr_t)at % PV_PAGE_SIZE;
}

void paging_call_set(pv_entry_at at, uint64_t entry)
{
    update(entry_machine(at) + PV_MMU_SET, entry);
}

void paging_call_set_root(pv_entry_at at, uint64_t entry)
{
    paging_call_set(at, entry);
    paging_call_set(paging_user_entry(at), entry);
}

void paging_call_set_page(pv_entry_at at, uint64_t entry, const void *address)
{
    (void)at;
    paging_queue_drain();
    if (pv_va_update((uintptr_t)address & ~(uintptr_t)(PV_PAGE_SIZE - 1), entry, PV_VA_INVALIDATE) != 0)
        kernel_panic("the entry of a page is refused");
}

void paging_call_flush(void)
{
    update(PV_MMU_FLUSH, UINT64_C(1) << pv_processor_here()->number);
}

void paging_lazy_begin(void)
{
    lazy++;
    full = queue + QUEUE_SIZE;
}

void paging_lazy_end(void)
{
    if (--lazy > 0)
        return;
    full = queue + 1;
    paging_queue_drain();
}

// A root that has none for user mode, as the one of the start, is that of both.
bool paging_call_activate(uint64_t root, uint64_t stack)
{
    uint64_t kernel = pv_machine_address(root), user = paging_user_root(root);

    paging_queue_drain();
    return pv_space_load(kernel, user ? user : kernel, stack) == 0;
}

// A root is made with what leads to the kernel, and has a second one beside it.
bool paging_call_take(uint64_t page, unsigned level)
{
    paging_queue_drain();
    if (!paging_type_set(page, level))
        return false;
    if (level == PV_ROOT_LEVEL && !paging_user_root_take(page)) {
        paging_type_clear(page);
        return false;
    }
    return true;
}

bool paging_call_release(uint64_t page, unsigned level)
{
    paging_queue_drain();
    if (level == PV_ROOT_LEVEL)
        paging_user_root_release(page);
    return paging_type_clear(page);
}
