// SPDX-License-Identifier: MIT
// Two roots for each address space. Under the hypervisor kernel and user run in the same ring, so what the
// user may not see is not in the root that its mode has: that one has the lower half of the kernel's and
// nothing of the upper one.
//
// The kernel's root names the user's in an entry that is not present, of a slot that nobody uses.
#include "pvops/backend.h"
#include "pvops/paging.h"

enum { SLOT_HYPERVISOR_END = 272, SLOT_USER_ROOT = SLOT_HYPERVISOR_END };

// The hypervisor's slots are in every root already.
static void kernel_half_copy(uint64_t root)
{
    const volatile uint64_t *current = paging_table(pvop_cpu_read_cr3());
    volatile uint64_t *entries = paging_table(root);

    for (unsigned i = SLOT_USER_ROOT + 1; i < PV_TABLE_ENTRIES; i++) {
        if (current[i])
            paging_call_set(&entries[i], current[i]);
    }
}

bool paging_user_root_take(uint64_t root)
{
    uint64_t user = kernel_frame_allocate();

    if (user == 0)
        return false;
    if (!paging_type_set(user, PV_ROOT_LEVEL)) {
        kernel_frame_free(user);
        return false;
    }
    paging_lazy_begin();
    kernel_half_copy(root);
    paging_call_set(&paging_table(root)[SLOT_USER_ROOT], pv_machine_address(user));
    paging_lazy_end();
    paging_queue_drain();
    return true;
}

uint64_t paging_user_root(uint64_t root)
{
    return paging_table(root)[SLOT_USER_ROOT] & PAGING_ADDRESS;
}

void paging_user_root_release(uint64_t root)
{
    uint64_t user = pv_physical_address(paging_user_root(root));

    paging_call_set(&paging_table(root)[SLOT_USER_ROOT], 0);
    paging_queue_drain();
    if (!paging_type_clear(user))
        kernel_panic("the root of user mode is given up while it is in use");
    kernel_frame_free(user);
}

pv_entry_at paging_user_entry(pv_entry_at at)
{
    uint64_t physical = paging_physical(at);
    uint64_t user = pv_physical_address(paging_user_root(physical & ~(uint64_t)(PV_PAGE_SIZE - 1)));

    return &paging_table(user)[physical % PV_PAGE_SIZE / sizeof(uint64_t)];
}
