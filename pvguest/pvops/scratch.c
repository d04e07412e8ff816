// SPDX-License-Identifier: MIT
// The pages of scratch.h. Mappings are found by walking our own tables, which are mapped for reading.
#include "pvops/scratch.h"

#include "pvops/backend.h"
#include "pvops/stubs.h"

#define ENTRY_WRITE   UINT64_C(0x2)
#define ENTRY_ADDRESS UINT64_C(0x000ffffffffff000)

volatile scratch_page scratch_table;
volatile scratch_page scratch_window;
scratch_page scratch_frames[SCRATCH_BOTH];
scratch_page scratch_fresh;
uint64_t scratch_roots[SCRATCH_BOTH];

static scratch_page second_root;
static uint64_t window_entry; // as it was before
static bool intact;

void scratch_must(bool worked)
{
    intact = intact && worked;
}

bool scratch_intact(void)
{
    return intact;
}

// Where a frame of ours is in the map of all memory.
static volatile uint64_t *physmap_at(uint64_t machine)
{
    return (volatile uint64_t *)(uintptr_t)(pv_start_info->physmap + pv_physical_address(machine));
}

volatile uint64_t *scratch_entry(uintptr_t address)
{
    uint64_t table = scratch_roots[0];
    volatile uint64_t *entry = NULL;

    for (int shift = 39; shift >= 12; shift -= 9) {
        entry = physmap_at(table) + (address >> shift) % SCRATCH_ENTRIES;
        table = *entry & ENTRY_ADDRESS;
    }
    return entry;
}

uint64_t scratch_machine(const volatile uint64_t *page)
{
    return *scratch_entry((uintptr_t)page) & ENTRY_ADDRESS;
}

// On the bare machine a table is a page like any other.
static bool tables_are_data(void)
{
    return pv_backend == &pvops_native;
}

static void mapping_set(uintptr_t address, uint64_t entry)
{
    if (tables_are_data()) {
        *scratch_entry(address) = entry;
        pvop_mmu_invalidate_page((const void *)address);
    } else {
        scratch_must(pv_va_update(address, entry, PV_VA_INVALIDATE) == 0);
    }
}

static void mapping_set_writable(uintptr_t address, bool writable)
{
    uint64_t entry = *scratch_entry(address) & ~ENTRY_WRITE;

    if (writable)
        entry |= ENTRY_WRITE;
    mapping_set(address, entry);
}

void scratch_set_writable(const volatile uint64_t *page, bool writable)
{
    if (tables_are_data())
        return;
    mapping_set_writable((uintptr_t)page, writable);
    mapping_set_writable((uintptr_t)physmap_at(scratch_machine(page)), writable);
}

void scratch_update(struct pv_mmu_update operation)
{
    if (!tables_are_data())
        scratch_must(pv_mmu_update((uintptr_t)&operation, 1, 0) == 1);
}

static void table_make(const volatile uint64_t *page, enum pv_frame_type type, uint64_t operation)
{
    scratch_set_writable(page, false);
    scratch_update((struct pv_mmu_update){scratch_machine(page) | operation, type});
}

static void table_unmake(const volatile uint64_t *page)
{
    scratch_update((struct pv_mmu_update){scratch_machine(page) | PV_MMU_RETYPE, PV_FRAME_DATA});
    scratch_set_writable(page, true);
}

// The copy has the hypervisor's slots too: what is there is not looked at, since every root gets them.
static void root_copy(void)
{
    const volatile uint64_t *root = physmap_at(scratch_roots[0]);

    for (unsigned i = 0; i < SCRATCH_ENTRIES; i++)
        second_root[i] = root[i];
    table_make(second_root, PV_FRAME_LEVEL4, PV_MMU_RETYPE);
    scratch_roots[1] = scratch_machine(second_root);
}

void scratch_open(void)
{
    intact = true;
    scratch_roots[0] = pv_machine_address(pvop_cpu_read_cr3());
    window_entry = *scratch_entry((uintptr_t)scratch_window);
    scratch_window[0] = SCRATCH_BOTH;
    for (unsigned i = 0; i < SCRATCH_BOTH; i++)
        scratch_frames[i][0] = i;
    root_copy();
    table_make(scratch_table, PV_FRAME_LEVEL1, PV_MMU_CLEAR);
}

void scratch_close(void)
{
    scratch_must(pvop_mmu_activate(pv_physical_address(scratch_roots[0])));
    mapping_set((uintptr_t)scratch_window, window_entry);
    table_unmake(scratch_table);
    table_unmake(second_root);
}
