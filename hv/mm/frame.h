// SPDX-License-Identifier: MIT
/*
 * Machine frames: who owns each, what it is used as, and the allocator that hands them out.
 */
#ifndef PV_MM_FRAME_H
#define PV_MM_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include "mm/address.h"

/* Owners: 0 is nobody, 1 the hypervisor, a domain is its number + OWNER_DOMAIN. */
enum { OWNER_NONE = 0, OWNER_HYPERVISOR = 1, OWNER_DOMAIN = 2 };

/* What a frame is used as. */
enum frame_type { FRAME_DATA, FRAME_LEVEL1, FRAME_LEVEL2, FRAME_LEVEL3, FRAME_LEVEL4 };

/*
 * One entry of the frame table. Owner and type share a word, so that one comparison answers "is this a data
 * frame of this domain"; `next` chains the frames of one owner, and the free ones.
 */
struct frame {
    uint32_t tag; /* owner << 8 | type */
    uint32_t next;
    uint64_t counts; /* references and writable mappings; kept by the validator */
};
_Static_assert(sizeof(struct frame) == 16, "the frame table costs 16 bytes for each frame");

/* The frames of one owner, as a chain through the frame table. */
struct frame_list {
    uint32_t first; /* FRAME_END when empty */
    uint64_t count;
};
#define FRAME_END UINT32_MAX

/**
 * Takes the frame table into use: no frame is free yet.
 * @table  one entry for each frame number below count, zeroed
 */
void frame_table_open(struct frame *table, uint64_t count);

/**
 * Gives a range of frames that have no owner to the allocator: from first up to, not including, end. The
 * frames' table entries are not touched until they are handed out, so this takes no time for each frame.
 * Returns false when there are more ranges than the allocator can hold; the range is then not used.
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
