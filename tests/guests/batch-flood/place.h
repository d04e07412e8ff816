// SPDX-License-Identifier: MIT
/*
 * What batches and multicalls are made in: pages for arrays at a place of their own, and a table to play
 * with.
 */
#ifndef PV_TESTS_GUESTS_BATCH_FLOOD_PLACE_H
#define PV_TESTS_GUESTS_BATCH_FLOOD_PLACE_H

#include "abi/layout.h"
#include "tests/guests/runtime/memory.h"

/* Pages of this guest's for arrays; after the last one nothing is mapped. */
#define PLACE (6ul << 39)
#define PAGES 8u

/* Where the hypervisor has a map of all memory (hv/x86/layout.h). */
#define DIRECT_MAP 0xffff840000000000

/* Addresses at which the guest has nothing. */
#define WILD                                                                                                 \
    0, 8, 0x00007ffffffffff8, 0x0000800000000000, 0xffff7ffffffffff8, PV_HYPERVISOR_START,                   \
        PV_MACHINE_TO_PHYSICAL, 0xffff810000000000, DIRECT_MAP, PV_HYPERVISOR_END - 8, PV_HYPERVISOR_END,    \
        PLACE + PAGES *PAGE_SIZE, 0x4141414141414141, 0xfffffffffffffff8

/* The pages at PLACE. */
extern uint64_t pages[PAGES];

/* An operation that sets an entry of a level-1 table that nothing leads to. */
struct pv_mmu_update set(unsigned int index, uint64_t entry);

/* In multicall.c: everything about multicalls; and one that ends the guest. */
void multicalls_try(void);
_Noreturn void multicall_exit(void);

#endif
