// SPDX-License-Identifier: MIT
/*
 * From the boot loader's memory map to page tables and the frame allocator.
 */
#ifndef PV_BOOT_MEMORY_H
#define PV_BOOT_MEMORY_H

#include <stdint.h>

#include "lib/multiboot2.h"

/**
 * Builds the hypervisor's page tables; the boot tables stay loaded. Returns NULL, or the reason why the
 * memory is not fit for use.
 * @info_size  bytes of boot information, which stays in place like modules and symbols
 */
const char *memory_open(const struct boot_info *info, uint64_t info_address, uint64_t info_size);

/**
 * Loads the tables, and gives what memory is left to the frame allocator. Returns NULL, or the reason why the
 * memory is not fit for use.
 */
const char *memory_load(void);

/**
 * Where `size` bytes at a physical address are in the direct map; NULL if the firmware's map does not have
 * all of them as memory. From memory_open on; to be read once the tables are loaded.
 */
const void *memory_reach(uint64_t physical, uint64_t size);

/** A page below 1 MiB, by its physical address, that nobody uses; 0 if there is none. */
uint64_t memory_low_page(void);

/** A physical address below 4 GiB in the direct map, while the boot tables are loaded; NULL above. */
const void *memory_boot_map(uint64_t physical, uint64_t size);

#endif
