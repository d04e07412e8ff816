// SPDX-License-Identifier: MIT
/*
 * The hypervisor's part of the address space (level-4 slots 256 to 271), for C and for assembly.
 *
 *   slot 256        nothing, ever: a guard between the guest's lower half and what follows
 *   slot 257        the machine-to-pseudo-physical table as guests read it (PV_MACHINE_TO_PHYSICAL)
 *   slot 258        the frame table; a zeroed page wherever there is no memory that it could describe
 *   slot 259        the hypervisor's image, at IMAGE_BASE + its physical address
 *   slot 260        stacks, each below an unmapped guard page, descriptors, and device registers
 *   slot 261        the machine-to-pseudo-physical table as the hypervisor writes it
 *   slots 264-271   the direct map: all memory, at DIRECT_MAP + its physical address, never executable
 */
#ifndef PV_X86_LAYOUT_H
#define PV_X86_LAYOUT_H

#include "abi/layout.h"

#define SLOT_FIRST  256
#define SLOT_LIMIT  272
#define SLOT_IMAGE  259
#define SLOT_DIRECT 264

#define FRAME_TABLE 0xffff810000000000
#define IMAGE_BASE  0xffff818000000000
#define AREA_BASE   0xffff820000000000
#define TRANSLATION 0xffff828000000000
#define DIRECT_MAP  0xffff840000000000
#define DIRECT_SIZE 0x0000040000000000

/* Physical address at which GRUB loads the image. */
#define IMAGE_PHYSICAL 0x200000

/* Stacks: one for each processor, and one each for the exceptions that need their own. */
#define STACK_SIZE 16384

/*
 * Real selectors. The first page of each processor's global descriptor table is the guest's to fill (an empty
 * one if it does not), the second, from selector 0x1000 on, the hypervisor's. The order is what SYSCALL and
 * SYSRET ask for (Intel SDM vol. 3, 5.8.8).
 */
#define SELECTOR_OWN        0x1000
#define SELECTOR_HV_CODE    0x1008
#define SELECTOR_HV_DATA    0x1010
#define SELECTOR_TASK       0x1018
#define SELECTOR_LOCAL      0x1028
#define SELECTOR_GUEST_BASE 0x1fe3
#define SELECTOR_GUEST_DATA 0x1feb
#define SELECTOR_GUEST_CODE 0x1ff3

/*
 * The fast paths of the entry code push on a guest's stack above this address: the lowest byte of a frame is
 * the guest's then. The lower half is all ones, so that writing the upper one alone makes it all ones.
 */
#define STACK_FLOOR (PV_HYPERVISOR_END + 0xffffffff)

/* Bits of RFLAGS (Intel SDM vol. 3, 2.3). */
#define RFLAGS_ONE    0x2
#define RFLAGS_STATUS 0x8d5 /* CF PF AF ZF SF OF */
#define RFLAGS_TF     0x100
#define RFLAGS_IF     0x200
#define RFLAGS_DF     0x400
#define RFLAGS_NT     0x4000
#define RFLAGS_RF     0x10000
#define RFLAGS_AC     0x40000
#define RFLAGS_ID     0x200000

/* What a guest may choose for itself. */
#define RFLAGS_GUEST (RFLAGS_STATUS | RFLAGS_TF | RFLAGS_DF | RFLAGS_RF | RFLAGS_AC | RFLAGS_ID)

#endif
