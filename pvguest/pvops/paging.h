// SPDX-License-Identifier: MIT
// The operations of struct pv_mmu_ops as the backends have them. Tables are read in the map of all memory,
// where each table is mapped; under the hypervisor only for reading.
#ifndef PV_PVOPS_PAGING_H
#define PV_PVOPS_PAGING_H

#include <stdbool.h>
#include <stdint.h>

enum { PAGING_ENTRIES = 512, PAGING_ROOT_LEVEL = 4, PAGING_KERNEL_FIRST = 256 };

// Bits of an entry (Intel SDM volume 3, section 4.5).
#define PAGING_PRESENT UINT64_C(0x1)
#define PAGING_WRITE   UINT64_C(0x2)
#define PAGING_USER    UINT64_C(0x4)
#define PAGING_NX      UINT64_C(0x8000000000000000)
#define PAGING_ADDRESS UINT64_C(0x000ffffffffff000)

// The entries of a table, by its physical address.
volatile uint64_t *paging_table(uint64_t table);

// paging.c: on the bare machine, and where stores to tables trap.
uint64_t paging_native_entry(uint64_t physical, unsigned rights);
bool paging_native_take(uint64_t page, unsigned level);
bool paging_native_release(uint64_t page);
void paging_store(uint64_t table, unsigned index, uint64_t entry);
void paging_store_flush(void);
void paging_nothing(void);

// paging_call.c: by calls. Under the hypervisor the type of a page changes by a call also where stores trap.
uint64_t paging_call_entry(uint64_t physical, unsigned rights);
uint64_t paging_entry_address(uint64_t entry);
bool paging_call_take(uint64_t page, unsigned level);
bool paging_call_release(uint64_t page);
void paging_call_set(uint64_t table, unsigned index, uint64_t entry);
void paging_call_flush(void);
void paging_lazy_begin(void);
void paging_lazy_end(void);

// Does what is queued, if anything is: before a root is loaded, and before anything else that has to see it.
void paging_queue_drain(void);

#endif
