// SPDX-License-Identifier: MIT
// What a page is. On the bare machine a table is a page like any other; under the hypervisor, in both modes,
// it says so by a call, while nothing can write to it.
#include "pvops/backend.h"
#include "pvops/paging.h"
#include "pvops/processor.h"
#include "pvops/stubs.h"

// Changes the mapping of a page in the map of all memory, which all processors have. That one of them
// remembers it as writable is the hypervisor's business when the page becomes a table; as read-only, ours.
static bool physmap_set_writable(uint64_t page, bool writable)
{
    uint64_t entry = paging_call_entry(page, writable ? PV_PAGE_WRITE : 0);

    uint64_t flush = writable && pv_processors_many ? PV_VA_INVALIDATE_ALL : PV_VA_INVALIDATE;

    return pv_va_update((uintptr_t)paging_table(page), entry, flush) == 0;
}

static bool retype(uint64_t page, uint64_t operation, unsigned type)
{
    struct pv_mmu_update change = {pv_machine_address(page) + operation, type};

    return pv_mmu_update((uintptr_t)&change, 1, 0) == 1;
}

bool paging_type_set(uint64_t page, unsigned level)
{
    if (!physmap_set_writable(page, false))
        return false;
    if (!retype(page, PV_MMU_CLEAR, level)) {
        physmap_set_writable(page, true);
        return false;
    }
    return true;
}

bool paging_type_clear(uint64_t page)
{
    return retype(page, PV_MMU_RETYPE, PV_FRAME_DATA) && physmap_set_writable(page, true);
}
