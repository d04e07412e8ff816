// SPDX-License-Identifier: MIT
/*
 * Machine frames: who owns each, what it is used as, and the allocator that hands them out.
 */
#ifndef PV_MM_FRAME_H
#define PV_MM_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include "mm/address.h"
#include "mm/machine.h"

/* Owners: 0 is nobody, 1 the hypervisor, a domain is its number + OWNER_DOMAIN. */
enum { OWNER_NONE = 0, OWNER_HYPERVISOR = 1, OWNER_DOMAIN = 2 };

/*
 * What a frame is used as. A guest may change data to the types that follow it up to FRAME_DESCRIPTORS, and
 * back. A level-k table has a type one above that of what its entries lead to.
 */
enum frame_type {
    FRAME_DATA,
    FRAME_LEVEL1,
    FRAME_LEVEL2,
    FRAME_LEVEL3,
    FRAME_LEVEL4,
    FRAME_DESCRIPTORS, /* 512 segment descriptors */
    FRAME_SHARED,      /* the hypervisor's, and the guest may write to it */
    FRAME_FIXED,       /* the hypervisor's, and the guest may read it */
};
#define FRAME_TYPE_BITS 8

/*
 * One entry of the frame table. Owner and type share a word, so that one comparison answers "is this a data
 * frame of this domain"; `next` chains the frames of one owner, and the free ones.
 *
 * The count is of what stands against a change of type. For data: entries of level-1 tables that map it
 * writable. For anything else: entries of tables that lead to it, and virtual CPUs that have it loaded. The
 * stamp is the owner's epoch (mm/mmu.h) when the count went down last.
 */
struct frame {
    uint32_t tag; /* owner << FRAME_TYPE_BITS | type */
    uint32_t next;
    uint32_t count;
    uint32_t stamp;
};
_Static_assert(sizeof(struct frame) == 16, "the frame table costs 16 bytes for each frame");

/* The frames of one owner, as a chain through the frame table. */
struct frame_list {
    uint32_t first; /* FRAME_END when empty */
    uint64_t count;
};
#define FRAME_END UINT32_MAX

/** The entry of a frame in the frame table; any number below frame_limits.frames. */
static inline struct frame *frame_at(mfn_t frame)
{
    return &machine_frames()[frame.number];
}

/*
 * What follows from the size of the frame table, a power of two: every number of a frame below it has an
 * entry, whether or not there is memory behind it. Set once, and read so often that all of it is at hand.
 */
struct frame_limits {
    uint64_t frames;
    uint64_t address;     /* bits that the address of a frame may have */
    uint64_t not_address; /* bits that it may not have */
    uint64_t not_entry;   /* bits that the address of an entry of a table may not have */
    uint64_t form;        /* bits of an entry of a table that have to be as ENTRY_REQUIRED */
};
extern struct frame_limits frame_limits;

/**
 * Takes the frame table into use, whose entries are zero: no frame is free yet.
 * @count  entries, a power of two
 */
void frame_table_open(uint64_t count);

/**
 * Gives a range of frames that have no owner to the allocator: from first up to, not including, end. The
 * frames' table entries are not touched until they are handed out, so this takes no time for each frame.
 * Returns false when there are more ranges than the allocator can hold, or for a range that is not in
 * the frame table; the range is then not used.
 */
bool frame_range_add(mfn_t first, mfn_t end);

/** How many frames are free. */
uint64_t frame_free_count(void);

/** Makes a list empty. */
void frame_list_open(struct frame_list *list);

/**
 * Takes a free frame for an owner and puts it on the owner's list. Its contents are whatever they were.
 * Returns false when there is none.
 */
bool frame_take(struct frame_list *list, uint16_t owner, enum frame_type type, mfn_t *frame);

/** The frame that was taken before another of the same list; false after the first. */
bool frame_before(mfn_t frame, mfn_t *before);

/** Gives up to `most` frames of a list back; returns how many. Nothing may refer to them any more. */
uint64_t frame_list_release(struct frame_list *list, uint64_t most);

/** The owner of a frame; OWNER_NONE beyond the table. */
uint16_t frame_owner(mfn_t frame);

#endif
