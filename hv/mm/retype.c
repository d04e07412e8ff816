// SPDX-License-Identifier: MIT
/*
 * frame_retype: the one way in which a frame's type changes. The order of its steps is what mmu.c explains.
 */
#include "mm/check.h"
#include "mm/descriptor.h"

/* Whether the entry at an index of a table of a type is the hypervisor's. */
static inline bool entry_is_own(enum frame_type type, unsigned index)
{
    return type == FRAME_LEVEL4 && slot_is_own(index);
}

/* Whether the frame of an entry can be counted as often as a table could have it. */
static inline bool entry_has_room(enum frame_type type, uint64_t entry)
{
    return !entry_counts(type, entry) || entry_frame(entry)->count <= COUNT_LIMIT;
}

/* Whether all that a frame has is legal for a type. */
static int contents_check(const struct mmu *mmu, const uint64_t *entries, enum frame_type type)
{
    for (unsigned i = 0; i < TABLE_ENTRIES; i++) {
        uint64_t entry = entry_read(&entries[i]);
        int error = 0;

        if (type == FRAME_DESCRIPTORS) {
            error = descriptor_ok(entry) ? 0 : -PV_E_BITS;
        } else if (entry != 0 && !entry_is_own(type, i)) {
            error = entry_check(mmu->tag, type, entry, entry_frame(entry));
            error = error == 0 && !entry_has_room(type, entry) ? -PV_E_BUSY : error;
        }
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

/* Counts what a new table leads to: there is room. */
static void contents_get(const uint64_t *entries, enum frame_type type)
{
    for (unsigned i = 0; i < TABLE_ENTRIES; i++) {
        if (!entry_is_own(type, i)) {
            uint64_t entry = entry_read(&entries[i]);

            (void)entry_get(type, entry, entry_frame(entry));
        }
    }
}

/* Takes those counts back. No stamps: after the flush of the table nobody remembers what it led to. */
static void contents_put(const uint64_t *entries, enum frame_type type)
{
    for (unsigned i = 0; i < TABLE_ENTRIES; i++) {
        uint64_t entry = entry_read(&entries[i]);

        if (!entry_is_own(type, i) && entry_counts(type, entry)) {
            entry_frame(entry)->count--;
        }
    }
}

/* Makes sure that no processor remembers a reference to a frame that has none. */
static void frame_settle(struct mmu *mmu, const struct frame *frame)
{
    if (frame->stamp == mmu->epoch) {
        mmu_flush(mmu, mmu->processors);
    }
}

static int table_fill(const struct mmu *mmu, mfn_t number, enum frame_type type, bool clear)
{
    const uint64_t *entries = machine_entry(mfn_address(number));
    int error = 0;

    if (clear) {
        machine_clear(number);
    } else {
        error = contents_check(mmu, entries, type);
    }
    if (error == 0 && type != FRAME_DESCRIPTORS && !clear) {
        contents_get(entries, type);
    }
    if (error == 0 && type == FRAME_LEVEL4) {
        machine_root_share(number);
    }
    return error;
}

/* From data, which nothing maps writable. */
static int table_make(struct mmu *mmu, mfn_t number, enum frame_type type, bool clear)
{
    struct frame *frame = frame_at(number);
    int error;

    frame->tag = mmu->tag + (uint32_t)type;
    frame_settle(mmu, frame);
    error = table_fill(mmu, number, type, clear);
    if (error != 0) {
        frame->tag = mmu->tag + FRAME_DATA;
    }
    return error;
}

/* To data, from a table that nothing leads to. */
static void table_unmake(struct mmu *mmu, mfn_t number, enum frame_type type)
{
    struct frame *frame = frame_at(number);

    frame_settle(mmu, frame);
    if (type == FRAME_LEVEL4) {
        machine_root_unshare(number);
    }
    if (type != FRAME_DESCRIPTORS) {
        contents_put(machine_entry(mfn_address(number)), type);
    }
    frame->tag = mmu->tag + FRAME_DATA;
}

int frame_retype(struct mmu *mmu, mfn_t number, enum frame_type type, bool clear)
{
    struct frame *frame;
    uint32_t from;

    if (number.number >= frame_limits.frames || !tag_is_of(mmu->tag, frame_at(number)->tag)) {
        return -PV_E_OWNER;
    }
    frame = frame_at(number);
    from = frame->tag - mmu->tag;
    if (from > FRAME_DESCRIPTORS || type > FRAME_DESCRIPTORS ||
        (from == FRAME_DATA) == (type == FRAME_DATA)) {
        return -PV_E_TYPE;
    }
    if (frame->count != 0) {
        return -PV_E_BUSY;
    }
    if (from == FRAME_DATA) {
        return table_make(mmu, number, type, clear);
    }
    table_unmake(mmu, number, from);
    return 0;
}
