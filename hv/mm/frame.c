// SPDX-License-Identifier: MIT
/*
 * The frame allocator. A free frame is either on the chain of those that were given back, or in a range
 * that was never handed out yet; ranges are consumed from their start, so that the boot of a large machine
 * does not have to touch every frame.
 *
 * Invariant: a frame is on exactly one of: a range, the free chain, one owner's list. Owner and type are
 * set before the frame is handed out and cleared before it is free again. The lock guards ranges and free
 * chain; an owner's list is the owner's business.
 */
#include "mm/frame.h"

#include "mm/entry.h"

#include <stddef.h>

#define RANGE_LIMIT 128

struct range {
    uint64_t first, end;
};

struct frame_limits frame_limits;

static struct {
    struct lock lock;
    struct frame_list free;
    struct range ranges[RANGE_LIMIT];
    unsigned range_count;
    uint64_t in_ranges;
} frames;

static uint32_t tag_of(uint16_t owner, enum frame_type type)
{
    return (uint32_t)owner << FRAME_TYPE_BITS | (uint32_t)type;
}

void frame_table_open(uint64_t count)
{
    const uint64_t end = count << PAGE_SHIFT;

    frame_limits.frames = count;
    frame_limits.address = (end - 1) & PTE_ADDRESS;
    frame_limits.not_address = ~frame_limits.address;
    frame_limits.not_entry = ~(end - sizeof(uint64_t));
    frame_limits.form = ~(ENTRY_ALLOWED | frame_limits.address) | ENTRY_REQUIRED;
    frames.range_count = 0;
    frames.in_ranges = 0;
    frame_list_open(&frames.free);
}

bool frame_range_add(mfn_t first, mfn_t end)
{
    if (frames.range_count == RANGE_LIMIT || first.number >= end.number || end.number > frame_limits.frames) {
        return false;
    }
    frames.ranges[frames.range_count++] = (struct range){first.number, end.number};
    frames.in_ranges += end.number - first.number;
    return true;
}

uint64_t frame_free_count(void)
{
    return frames.free.count + frames.in_ranges;
}

void frame_list_open(struct frame_list *list)
{
    list->first = FRAME_END;
    list->count = 0;
}

static void list_push(struct frame_list *list, uint32_t number)
{
    frame_at(mfn(number))->next = list->first;
    list->first = number;
    list->count++;
}

static uint32_t list_pop(struct frame_list *list)
{
    uint32_t number = list->first;

    list->first = frame_at(mfn(number))->next;
    list->count--;
    return number;
}

static uint32_t range_pop(void)
{
    struct range *range = &frames.ranges[frames.range_count - 1];
    uint32_t number = (uint32_t)range->first++;

    if (range->first == range->end) {
        frames.range_count--;
    }
    frames.in_ranges--;
    return number;
}

static bool free_take(uint32_t *number)
{
    bool any;

    lock_take(&frames.lock, LOCK_FRAMES);
    any = frame_free_count() != 0;
    if (any) {
        *number = frames.free.count != 0 ? list_pop(&frames.free) : range_pop();
    }
    lock_put(&frames.lock, LOCK_FRAMES);
    return any;
}

static void free_put(uint32_t number)
{
    frame_at(mfn(number))->tag = tag_of(OWNER_NONE, FRAME_DATA);
    lock_take(&frames.lock, LOCK_FRAMES);
    list_push(&frames.free, number);
    lock_put(&frames.lock, LOCK_FRAMES);
}

bool frame_take(struct frame_list *list, uint16_t owner, enum frame_type type, mfn_t *frame)
{
    struct frame *entry;
    uint32_t number;

    if (!free_take(&number)) {
        return false;
    }
    entry = frame_at(mfn(number));
    entry->tag = tag_of(owner, type);
    entry->count = 0;
    entry->stamp = 0;
    list_push(list, number);
    *frame = mfn(number);
    return true;
}

bool frame_before(mfn_t frame, mfn_t *before)
{
    *before = mfn(frame_at(frame)->next);
    return before->number != FRAME_END;
}

uint64_t frame_list_release(struct frame_list *list, uint64_t most)
{
    uint64_t released = 0;

    while (released < most && list->count != 0) {
        free_put(list_pop(list));
        released++;
    }
    return released;
}

uint16_t frame_owner(mfn_t frame)
{
    return frame.number < frame_limits.frames ? (uint16_t)(frame_at(frame)->tag >> FRAME_TYPE_BITS)
                                              : OWNER_NONE;
}
