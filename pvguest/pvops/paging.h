// SPDX-License-Identifier: MIT
// The operations of struct pv_mmu_ops as the backends have them. Tables are read in the map of all memory,
// where each table is mapped; under the hypervisor only for reading.
#ifndef PV_PVOPS_PAGING_H
#define PV_PVOPS_PAGING_H

#include <stdbool.h>
#include <stdint.h>

#include "pvops/pvops.h"

// Bits of an entry (Intel SDM volume 3, section 4.5).
#define PAGING_PRESENT UINT64_C(0x1)
#define PAGING_WRITE   UINT64_C(0x2)
#define PAGING_USER    UINT64_C(0x4)
#define PAGING_NX      UINT64_C(0x8000000000000000)
#define PAGING_ADDRESS UINT64_C(0x000ffffffffff000)

// Where a physical address is in the map of all memory, and back.
volatile void *paging_physmap(uint64_t physical);
uint64_t paging_physical(const volatile void *address);

// The entries of a table, by its physical address.
volatile uint64_t *paging_table(uint64_t table);

// paging.c: on the bare machine, and where stores to tables trap.
uint64_t paging_native_entry(uint64_t physical, unsigned rights);
bool paging_native_take(uint64_t page, unsigned level);
bool paging_native_release(uint64_t page, unsigned level);
bool paging_native_activate(uint64_t root);
void paging_store(pv_entry_at at, uint64_t entry);
void paging_store_page(pv_entry_at at, uint64_t entry, const void *address);
void paging_store_flush(void);
void paging_nothing(void);

// paging_call.c: by calls. Under the hypervisor the type of a page changes by a call also where stores trap.
uint64_t paging_call_entry(uint64_t physical, unsigned rights);
uint64_t paging_entry_address(uint64_t entry);
bool paging_call_take(uint64_t page, unsigned level);
bool paging_call_release(uint64_t page, unsigned level);
bool paging_call_activate(uint64_t root, uint64_t stack);
void paging_call_set(pv_entry_at at, uint64_t entry);
void paging_call_set_root(pv_entry_at at, uint64_t entry);
void paging_call_set_page(pv_entry_at at, uint64_t entry, const void *address);
void paging_call_flush(void);
void paging_lazy_begin(void);
void paging_lazy_end(void);

// Does what is queued, if anything is: before a root is loaded, and before anything else that has to see it.
void paging_queue_drain(void);

// paging_root.c: the second root, which user mode has under the hypervisor. Makes and gives up the one that
// belongs to a root; the machine address of it, or 0 for a root that has none; where an entry of it is, by
// that of the root.
bool paging_user_root_take(uint64_t root);
void paging_user_root_release(uint64_t root);
uint64_t paging_user_root(uint64_t root);
pv_entry_at paging_user_entry(pv_entry_at at);

// paging_type.c: makes a page an empty table that is mapped for reading alone, and a page again.
bool paging_type_set(uint64_t page, unsigned level);
bool paging_type_clear(uint64_t page);

#endif
