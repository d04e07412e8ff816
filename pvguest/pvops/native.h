// SPDX-License-Identifier: MIT
// The bare machine between its first instruction and the kernel; for C and for assembly.
#ifndef PV_PVOPS_NATIVE_H
#define PV_PVOPS_NATIVE_H

#include "abi/layout.h"

// The address space is the one that the note asks a hypervisor for: all of memory at one address, the image
// at another, the window at a third.
#define NATIVE_PHYSMAP 0xffff888000000000
#define NATIVE_IMAGE   0xffffffff80000000 // of physical address 0

// Physical memory that is mapped, and so can be used.
#define NATIVE_MEMORY_LIMIT 0x100000000

// The kernel's selectors. Those of user mode are the ones that frames show under a hypervisor, too; the order
// is what SYSCALL and SYSRET ask for (Intel SDM volume 3, section 5.8.8).
#define NATIVE_CODE    0x08
#define NATIVE_DATA    0x10
#define NATIVE_CODE_32 0x18 // of 32 bits, while a processor starts

#ifndef __ASSEMBLER__

#include <stdint.h>

// native_start.S: page tables, zeroed but for what maps the first 4 GiB.
extern uint64_t native_level4[512], native_level3[512], native_image_level3[512], native_level2[4 * 512];

// Called by native_start.S, with the physical address of the loader's information.
__attribute__((noreturn)) void native_start(uint64_t information);

// native_start.S: what a further processor starts with, in any page below 1 MiB, and what it loads then.
extern const uint8_t native_trampoline[], native_trampoline_end[];
extern struct native_processor_boot {
    uint64_t root, stack, number;
} native_processor_boot;

// native.c: turns on what user mode has of registers.
void native_registers_enable(void);

// Takes away what only the first instructions needed: memory at address 0. The processor has its own
// descriptor tables by then.
void native_space_close(void);

#endif
#endif
