// SPDX-License-Identifier: MIT
/*
 * The hypervisor's part of the address space (level-4 slots 256 to 271), for C and for assembly.
 *
 *   slot 256        nothing, ever: a guard between the guest's lower half and what follows
 *   slot 258        the frame table
 *   slot 259        the hypervisor's image, at IMAGE_BASE + its physical address
 *   slot 260        stacks, each below an unmapped guard page, and device registers
 *   slots 264-271   the direct map: all memory, at DIRECT_MAP + its physical address, never executable
 */
#ifndef PV_X86_LAYOUT_H
#define PV_X86_LAYOUT_H

#define SLOT_FIRST  256
#define SLOT_LIMIT  272
#define SLOT_IMAGE  259
#define SLOT_DIRECT 264

#define FRAME_TABLE 0xffff810000000000
#define IMAGE_BASE  0xffff818000000000
#define AREA_BASE   0xffff820000000000
#define DIRECT_MAP  0xffff840000000000
#define DIRECT_SIZE 0x0000040000000000

/* Physical address at which GRUB loads the image. */
#define IMAGE_PHYSICAL 0x200000

/* Stacks: one for each processor, and one each for the exceptions that need their own. */
#define STACK_SIZE 16384

/*
 * Real selectors. The order is what SYSCALL and SYSRET ask for (Intel SDM vol. 3, 5.8.8). Those of guests are
 * where no kernel has its own, so that an IRET of a guest in mode=trap to any selector of its own faults.
 */
#define SELECTOR_HV_CODE    0x08
#define SELECTOR_HV_DATA    0x10
#define SELECTOR_TASK       0x18
#define SELECTOR_GUEST_BASE 0xfe3
#define SELECTOR_GUEST_DATA 0xfeb
#define SELECTOR_GUEST_CODE 0xff3
#define DESCRIPTORS         512

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
