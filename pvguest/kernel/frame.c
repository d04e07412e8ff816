// SPDX-License-Identifier: MIT
// The allocator of frames: one word for each says how many users it has, or which free one follows it. Frames
// that were never used are taken in order, so that nothing has to be set up for them at boot; the words lie
// at the beginning of the memory that they describe.
//
// The counts are the kernel's own: one that does not fit is its mistake, and ends it.
#include "kernel/frame.h"

#include "kernel/process.h"
#include "kernel/tree.h"
#include "pvops/kernel.h"

enum {
    FREE = 1U << 31, // of a word: the frame is free, and the rest is the next free one's number
    LAST = FREE - 1, // no such follows
    JUNK = 0,        // for debugging: what freed frames are filled with, eight bytes of it; 0: they are not
};

uintptr_t frame_map;

static uint32_t *words;     // of the frames numbered 0 to total - 1
static uint64_t base;       // physical address of the first
static uint32_t total;      // frames
static uint32_t untouched;  // the first that was never used
static uint32_t free_first; // the first of those that were given back, or LAST
static size_t free_count;

void frames_start(const struct pv_boot *boot)
{
    uint64_t start = (boot->free_start + PAGE_SIZE - 1) / PAGE_SIZE;
    uint64_t end = boot->free_end / PAGE_SIZE;
    // Each frame takes its own room and its word's.
    uint64_t count = end > start ? (end - start) * PAGE_SIZE / (PAGE_SIZE + sizeof *words) : 0;

    if (count <= FRAME_RESERVE || count >= LAST)
        kernel_panic("there is no memory to work with");
    frame_map = boot->physmap;
    words = frame_pointer(start * PAGE_SIZE);
    base = (end - count) * PAGE_SIZE;
    total = (uint32_t)count;
    free_first = LAST;
    free_count = count;
}

static uint32_t frame_number(uint64_t frame)
{
    uint64_t number = (frame - base) / PAGE_SIZE;

    if (frame < base || number >= untouched)
        kernel_panic("an address is taken for a frame");
    return (uint32_t)number;
}

// Takes a free frame, of which there has to be one.
static uint64_t frame_take(void)
{
    uint32_t number = free_first;

    if (number != LAST)
        free_first = words[number] & ~FREE;
    else
        number = untouched++;
    words[number] = 1;
    free_count--;
    return base + (uint64_t)number * PAGE_SIZE;
}

// Whether so many frames are free, perhaps after the tables that are kept for reuse have been given back.
static bool frames_available(size_t count)
{
    if (free_count < count)
        trees_trim();
    return free_count >= count;
}

// Whether the reserve is for who runs: the kernel at boot, and init.
static bool reserve_is_open(void)
{
    return !process_current() || process_current()->pid == PROCESS_INIT;
}

uint64_t frame_allocate(void)
{
    return frames_available(reserve_is_open() ? 1 : FRAME_RESERVE + 1) ? frame_take() : 0;
}

bool frames_suffice(size_t count)
{
    return count <= total && frames_available(FRAME_RESERVE + count);
}

static void frame_fill(uint64_t frame)
{
    uint64_t *contents = frame_pointer(frame);

    for (size_t i = 0; i < PAGE_SIZE / sizeof *contents; i++)
        contents[i] = JUNK;
}

void frame_get(uint64_t frame)
{
    uint32_t *word = &words[frame_number(frame)];

    if (*word & FREE)
        kernel_panic("a free frame gets a user");
    ++*word;
}

void frame_put(uint64_t frame)
{
    uint32_t number = frame_number(frame);

    if (words[number] & FREE)
        kernel_panic("a frame is given back twice");
    if (--words[number] > 0)
        return;
    if (JUNK)
        frame_fill(frame);
    words[number] = FREE | free_first;
    free_first = number;
    free_count++;
}

unsigned frame_users(uint64_t frame)
{
    return words[frame_number(frame)];
}

size_t frame_count_total(void)
{
    return total;
}

size_t frame_count_free(void)
{
    return free_count;
}

uint64_t kernel_frame_allocate(void)
{
    return frame_allocate();
}

void kernel_frame_free(uint64_t physical)
{
    frame_put(physical);
}
