// SPDX-License-Identifier: MIT
// Pages that measuring makes tables of, and puts back. A page becomes a table when none of its mappings is
// writable; each page of ours has two, one in the image and one in the map of all memory.
//
// What fails is kept for scratch_intact(): no sample counts then.
#ifndef PV_PVOPS_SCRATCH_H
#define PV_PVOPS_SCRATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/layout.h"
#include "abi/mmu.h"

// An entry that maps data: present, writable, for ring 3, no execution (Intel SDM volume 3, section 4.5.5).
#define SCRATCH_DATA UINT64_C(0x8000000000000007)

enum { SCRATCH_ENTRIES = PV_PAGE_SIZE / sizeof(uint64_t), SCRATCH_BOTH = 2 };

typedef uint64_t scratch_page[SCRATCH_ENTRIES] __attribute__((aligned(PV_PAGE_SIZE)));

extern volatile scratch_page scratch_table;  // a level-1 table that no other table leads to, empty at first
extern volatile scratch_page scratch_window; // to be mapped to something else meanwhile
extern scratch_page scratch_frames[SCRATCH_BOTH]; // data; the first word of each is its index
extern scratch_page scratch_fresh;                // data, to be a table in turn
extern uint64_t scratch_roots[SCRATCH_BOTH];      // machine addresses: the kernel's root, and a copy of it

// Makes these, and makes memory what it was before. The fresh page must be data by then.
void scratch_open(void);
void scratch_close(void);

// Takes note that something had to work; whether all of it has since scratch_open().
void scratch_must(bool worked);
bool scratch_intact(void);

// The level-1 entry of an address that is mapped: its place in the map of all memory, where it can be read.
volatile uint64_t *scratch_entry(uintptr_t address);

// The machine address of a page of ours.
uint64_t scratch_machine(const volatile uint64_t *page);

// Makes all mappings of a page writable, or none.
void scratch_set_writable(const volatile uint64_t *page, bool writable);

// Does one operation of mmu_update.
void scratch_update(struct pv_mmu_update operation);

#endif
