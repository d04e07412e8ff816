// SPDX-License-Identifier: MIT
/*
 * The machine of mm/machine.h for measuring on the host: memory is memory, and there is nothing beside it.
 * What the processor would do for a guest, to flush or to load, is left out; the rest is as in the
 * hypervisor. The frame table and the memory are at fixed addresses, as there, of which as much is mapped as
 * is used (machine_map).
 */
#ifndef PV_TOOLS_BENCH_HOST_MM_MACHINE_H
#define PV_TOOLS_BENCH_HOST_MM_MACHINE_H

#include "mm/entry.h"
#include "mm/machine.h"
#include "x86/machine/mm_memory.h"

#define MACHINE_MEMORY      0x0000100000000000
#define MACHINE_FRAME_TABLE 0x0000200000000000

static inline struct frame *machine_frames(void)
{
    return (struct frame *)MACHINE_FRAME_TABLE;
}

static inline uint64_t *machine_entry(uint64_t machine_address)
{
    return (uint64_t *)(MACHINE_MEMORY + machine_address);
}

static inline void machine_clear(mfn_t frame)
{
    uint64_t *entries = machine_entry(mfn_address(frame));

    for (unsigned i = 0; i < TABLE_ENTRIES; i++) {
        entries[i] = 0;
    }
}

static inline void machine_root_share(mfn_t root)
{
    (void)root;
}

static inline void machine_root_unshare(mfn_t root)
{
    (void)root;
}

static inline uint64_t machine_self(void)
{
    return 1;
}

static inline uint64_t machine_processors(uint64_t active, uint64_t vcpus)
{
    return (vcpus & 1) != 0 ? active : 0;
}

static inline void machine_flush(uint64_t processors)
{
    (void)processors;
}

static inline void machine_flush_self(void)
{
}

static inline void machine_flush_page(uint64_t processors, uint64_t address)
{
    (void)processors;
    (void)address;
}

static inline void machine_flush_page_self(uint64_t address)
{
    (void)address;
}

static inline void machine_root_load(uint64_t root)
{
    (void)root;
}

static inline void machine_descriptors_load(mfn_t frame)
{
    (void)frame;
}

static inline void machine_local_descriptors_load(mfn_t frame)
{
    (void)frame;
}

static inline bool machine_fetch_ok(gva_t first)
{
    return first.address != 0;
}

static inline bool machine_fetch(gva_t from, uint64_t *first, uint64_t *second)
{
    const uint64_t *words = (const uint64_t *)from.address;

    *first = words[0];
    *second = words[1];
    return true;
}

#endif
