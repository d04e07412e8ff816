// SPDX-License-Identifier: MIT
/*
 * The machine of mm/machine.h, as it is: memory through the direct map, translations in the processor.
 *
 * Only one processor runs guests as yet: it is bit 0 of every set, and virtual CPU 0 of every domain runs on
 * it.
 */
#ifndef PV_X86_MM_MACHINE_H
#define PV_X86_MM_MACHINE_H

#include "mm/machine.h"
#include "x86/entry.h"
#include "x86/guest_access.h"
#include "x86/instruction.h"
#include "x86/layout.h"
#include "x86/machine/mm_memory.h"
#include "x86/paging.h"
#include "x86/processor.h"

static inline struct frame *machine_frames(void)
{
    return (struct frame *)FRAME_TABLE;
}

static inline uint64_t *machine_entry(uint64_t machine_address)
{
    return direct(machine_address);
}

static inline void machine_clear(mfn_t frame)
{
    words_clear(direct_frame(frame), TABLE_ENTRIES);
}

static inline void machine_root_share(mfn_t root)
{
    paging_share(direct_frame(root));
}

static inline void machine_root_unshare(mfn_t root)
{
    paging_unshare(direct_frame(root));
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
    if (processors != 0) {
        cr3_write(cr3_read());
        ENTRY_HERE->count_root_loads++; // cppcheck-suppress nullPointer
    }
}

static inline void machine_flush_page(uint64_t processors, uint64_t address)
{
    if (processors != 0) {
        page_invalidate(address);
    }
}

static inline void machine_root_load(uint64_t root)
{
    cr3_write(root);
    ENTRY_HERE->count_root_loads++; // cppcheck-suppress nullPointer
}

static inline void machine_descriptors_load(mfn_t frame)
{
    processor_descriptors_set(&boot_processor, frame);
}

static inline void machine_local_descriptors_load(mfn_t frame)
{
    processor_local_descriptors_set(&boot_processor, frame);
}

static inline bool machine_fetch_ok(gva_t first)
{
    return guest_address_ok(first);
}

static inline bool machine_fetch(gva_t from, uint64_t *first, uint64_t *second)
{
    return guest_read_pair_on(from, first, second);
}

#endif
