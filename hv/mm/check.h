// SPDX-License-Identifier: MIT
/*
 * What an entry of a table may be: the part of the memory manager that says no. Inline, since it is run for
 * each entry that a guest changes. The domain's lock is held.
 */
#ifndef PV_MM_CHECK_H
#define PV_MM_CHECK_H

#include "abi/call.h"
#include "abi/layout.h"
#include "mm/entry.h"
#include "mm/mmu.h"

/* A count that leaves room for the entries of another table. */
#define COUNT_LIMIT (UINT32_MAX - TABLE_ENTRIES)

/* The bits of the address of a frame in the frame table. */
#define FRAME_ADDRESS frame_limits.address

/* The hypervisor's slots of a level-4 table. */
#define SLOT_OF(address) ((address) >> 39 & (TABLE_ENTRIES - 1))
#define SLOT_FIRST_OWN   SLOT_OF(PV_HYPERVISOR_START)
#define SLOTS_OWN        (SLOT_OF(PV_HYPERVISOR_END) - SLOT_FIRST_OWN)

/** Whether an entry of a level-4 table, by its index, is the hypervisor's. */
static inline bool slot_is_own(uint64_t index)
{
    return index - SLOT_FIRST_OWN < SLOTS_OWN;
}

/** Whether a frame with this tag is a domain's, of whatever type; `own` is the tag of the domain's data. */
static inline bool tag_is_of(uint32_t own, uint32_t tag)
{
    return (tag ^ own) >> FRAME_TYPE_BITS == 0;
}

/** Why a frame with this tag is not what was asked for. */
static inline int tag_error(uint32_t own, uint32_t tag)
{
    return tag_is_of(own, tag) ? -PV_E_TYPE : -PV_E_OWNER;
}

/** The entry in the frame table of the frame at a machine address: page-aligned, in the frame table. */
static inline struct frame *frame_of(uint64_t address)
{
    return (struct frame *)((uint8_t *)machine_frames() + address / (PAGE_SIZE / sizeof(struct frame)));
}

/** The frame that an entry names, present or not. */
static inline struct frame *entry_frame(uint64_t entry)
{
    return frame_of(entry & FRAME_ADDRESS);
}

/**
 * Whether an entry of a table of a type counts against a change of its frame's type: at level 1 if the frame
 * can be written through it, above if it is present.
 */
static inline bool entry_counts(enum frame_type type, uint64_t entry)
{
    return type == FRAME_LEVEL1 ? (entry + PTE_PRESENT) % (PTE_WRITE << 1) == 0 : (entry & PTE_PRESENT) != 0;
}

/**
 * Whether a table of a type may have an entry whose frame has another type than that below the table's, or
 * none that there is. Only level 1 may, to map it for reading, or the hypervisor's shared pages. 0 or an
 * error.
 */
int entry_check_other(uint32_t own, enum frame_type type, uint64_t entry);

/**
 * Whether a table may have an entry that is not present, or whose bits are not as they should be. 0 or an
 * error.
 */
int entry_check_form(uint32_t own, uint64_t entry);

/** Whether an entry is present and has the bits that it needs, and none that it may not have. */
static inline bool entry_is_formed(uint64_t entry)
{
    return (entry & frame_limits.form) == ENTRY_REQUIRED;
}

/** Whether a table of a type may have an entry, which names a frame; 0 or an error. */
static inline int entry_check(uint32_t own, enum frame_type type, uint64_t entry, const struct frame *frame)
{
    if (!entry_is_formed(entry)) {
        return entry_check_form(own, entry);
    }
    if (frame->tag != own + (uint32_t)type - 1) {
        return entry_check_other(own, type, entry);
    }
    return 0;
}

/** Counts one more reference to a frame; false, and it is not counted, if there are too many. */
static inline bool frame_get(struct frame *frame)
{
    if (!machine_count(&frame->count)) {
        frame->count = UINT32_MAX;
        return false;
    }
    return true;
}

/**
 * Counts an entry, checked before, that a table of a type gets and that names a frame. False, and it is not
 * counted, if there are too many.
 */
static inline bool entry_get(enum frame_type type, uint64_t entry, struct frame *frame)
{
    return !entry_counts(type, entry) || frame_get(frame);
}

/** Counts a reference that is gone, which processors may still remember. */
static inline void frame_put(const struct mmu *mmu, struct frame *frame)
{
    frame->count--;
    __atomic_store_n(&frame->stamp, mmu->epoch, __ATOMIC_RELAXED);
}

/** Counts an entry that a table of a type had. */
static inline void entry_put(const struct mmu *mmu, enum frame_type type, uint64_t entry)
{
    if (entry_counts(type, entry)) {
        frame_put(mmu, entry_frame(entry));
    }
}

#endif
