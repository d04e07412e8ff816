// SPDX-License-Identifier: MIT
/*
 * The machine of mm/machine.h, as it is: memory through the direct map, translations in the processor.
 */
#ifndef PV_X86_MM_MACHINE_H
#define PV_X86_MM_MACHINE_H

#include "mm/machine.h"
#include "x86/entry.h"
#include "x86/guest_access.h"
#include "x86/instruction.h"
#include "x86/interprocessor.h"
#include "x86/layout.h"
#include "x86/machine/mm_memory.h"
#include "x86/paging.h"
#include "x86/processor.h"

/** The processors on which virtual CPUs of the current domain, a bit each, run or are to run. */
uint64_t domain_processors(uint64_t vcpus);

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
    return ENTRY_HERE->processor_bit; // cppcheck-suppress nullPointer
}

static inline uint64_t machine_processors(uint64_t active, uint64_t vcpus)
{
    return vcpus == UINT64_MAX ? active : active & domain_processors(vcpus);
}

static inline void machine_flush_self(void)
{
    cr3_write(cr3_read());
    ENTRY_HERE->count_root_loads++; // cppcheck-suppress nullPointer
}

static inline void machine_flush(uint64_t processors)
{
    if ((processors & machine_self()) != 0) {
        machine_flush_self();
    }
    if ((processors & ~machine_self()) != 0) {
        processors_flush(processors & ~machine_self());
    }
}

static inline void machine_flush_page_self(uint64_t address)
{
    page_invalidate(address);
}

/* The others forget everything: a page is not worth a message of its own. */
static inline void machine_flush_page(uint64_t processors, uint64_t address)
{
    if ((processors & machine_self()) != 0) {
        page_invalidate(address);
    }
    if ((processors & ~machine_self()) != 0) {
        processors_flush(processors & ~machine_self());
    }
}

static inline void machine_root_load(uint64_t root)
{
    cr3_write(root);
    ENTRY_HERE->count_root_loads++; // cppcheck-suppress nullPointer
}

static inline void machine_descriptors_load(mfn_t frame)
{
    processor_descriptors_set(processor_self(), frame);
}

static inline void machine_local_descriptors_load(mfn_t frame)
{
    processor_local_descriptors_set(processor_self(), frame);
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
