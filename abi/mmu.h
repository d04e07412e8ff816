// SPDX-License-Identifier: MIT
/*
 * Memory management: what the operations of mmu_update are, and the tables that translate frames.
 *
 * A guest's tables are the ones that the processor walks; entries hold machine addresses. A frame is data
 * until frame_retype makes it a table, and a table is never writable: its entries change through the
 * hypervisor, which looks at each before the processor can see it. hv/mm/mmu.h has the rules.
 */
#ifndef PV_ABI_MMU_H
#define PV_ABI_MMU_H

/*
 * The machine-to-pseudo-physical table: one PV_FRAME_NUMBER for each machine frame, at the same address in
 * every address space, readable by all. It has holes where the machine has no memory. The other direction is
 * in the domain's own memory, where struct pv_start_info says.
 */
#define PV_MACHINE_TO_PHYSICAL 0xffff808000000000
#define PV_FRAME_NONE          0xffffffff /* a frame that is no part of a guest's memory */

/*
 * Operations of mmu_update, in bits 2:0 of pv_mmu_update.target. What is said of target is without these
 * bits; sets of virtual CPUs have a bit for each.
 */
#define PV_MMU_SET        0 /* target: machine address of an entry; value: the new entry */
#define PV_MMU_SET_KEEP   1 /* the same, but the accessed and dirty bits stay as they are */
#define PV_MMU_RETYPE     2 /* target: machine address of a frame; value: enum pv_frame_type */
#define PV_MMU_CLEAR      3 /* the same; the frame becomes zero first, so that nothing has to be checked */
#define PV_MMU_LOAD       4 /* target: machine address of a frame, or 0; value: enum pv_load */
#define PV_MMU_FLUSH      5 /* target: 0; value: virtual CPUs, which forget all translations */
#define PV_MMU_FLUSH_PAGE 6 /* target: address of a page; value: virtual CPUs, which forget it */
#define PV_MMU_OPERATION  7 /* the bits */

/*
 * The work that one call does, in entries looked at: a batch ends before an operation that would exceed it,
 * and the call returns how far it came. SET counts 1, RETYPE as much as there is, others as the hypervisor
 * sees fit. A batch also ends after an operation that loads the kernel's root.
 */
#define PV_MMU_WORK 512

/* Flags of va_update: forget the page's translation on this virtual CPU, on all of the domain's. */
#define PV_VA_INVALIDATE     1
#define PV_VA_INVALIDATE_ALL 2

/* Calls that one multicall makes at most. */
#define PV_MULTICALL_LIMIT     64
#define PV_MULTICALL_ARGUMENTS 3

#ifndef __ASSEMBLER__

#include <stddef.h>
#include <stdint.h>

/* What a frame is. Data may be mapped as the guest likes; everything else only for reading. */
enum pv_frame_type {
    PV_FRAME_DATA = 0,
    PV_FRAME_LEVEL1 = 1, /* page table */
    PV_FRAME_LEVEL2 = 2,
    PV_FRAME_LEVEL3 = 3,
    PV_FRAME_LEVEL4 = 4,     /* root */
    PV_FRAME_DESCRIPTORS = 5 /* 512 segment descriptors */
};

/* What a virtual CPU has loaded. */
enum pv_load {
    PV_LOAD_KERNEL_ROOT = 0,       /* the level-4 table for kernel mode */
    PV_LOAD_USER_ROOT = 1,         /* the level-4 table for user mode */
    PV_LOAD_DESCRIPTORS = 2,       /* the first page of the global descriptor table; 0 for none */
    PV_LOAD_LOCAL_DESCRIPTORS = 3, /* the local descriptor table; 0 for none */
};

/* One operation. */
struct pv_mmu_update {
    uint64_t target;
    uint64_t value;
};
_Static_assert(sizeof(struct pv_mmu_update) == 16, "struct pv_mmu_update is 16 bytes");

/* Written by a call of mmu_update that fails, and only then. */
struct pv_mmu_status {
    uint64_t done;  /* operations before the one that failed; they stay done */
    uint32_t error; /* PV_E_*: why it failed */
    uint32_t reserved;
};
_Static_assert(sizeof(struct pv_mmu_status) == 16, "struct pv_mmu_status is 16 bytes");

/* One call of a multicall. */
struct pv_multicall {
    uint64_t call;
    uint64_t arguments[PV_MULTICALL_ARGUMENTS];
    int64_t result; /* written by the hypervisor */
};
_Static_assert(sizeof(struct pv_multicall) == 40, "struct pv_multicall is 40 bytes");

#endif
#endif
