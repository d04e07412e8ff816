// SPDX-License-Identifier: MIT
// Physical memory, in frames of PAGE_SIZE bytes. A frame is free or has a count of users; it is free again
// when the last has given it back. Frames are named by their physical addresses; 0 is never one of them.
#ifndef PV_KERNEL_FRAME_H
#define PV_KERNEL_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/string.h"
#include "pvops/pvops.h"

// So many frames are left when all other processes have taken the rest, for themselves or by what the kernel
// needs for them (page tables, its heap): for init, without which nothing goes on.
enum { FRAME_RESERVE = 64 };

// Takes over the memory that is free at boot.
void frames_start(const struct pv_boot *boot);

// A frame with one user and any contents, for the current process; 0: there is none, or only the reserve.
uint64_t frame_allocate(void);

// Whether so many frames are free for user mode now: who promises more that it can hardly keep says so first.
bool frames_suffice(size_t count);

// One more user of a frame; one user less, the last of whom makes it free.
void frame_get(uint64_t frame);
void frame_put(uint64_t frame);

// How many users a frame has.
unsigned frame_users(uint64_t frame);

// How many frames there are; how many are free. Empty page tables that are kept for reuse count as used: call
// trees_trim() first where it has to be exact.
size_t frame_count_total(void);
size_t frame_count_free(void);

// Where physical address 0 is mapped, and all memory after it.
extern uintptr_t frame_map;

// A frame's contents, and back.
static inline void *frame_pointer(uint64_t frame)
{
    return (void *)(frame_map + frame);
}

static inline uint64_t frame_of(const void *pointer)
{
    return ((uintptr_t)pointer - frame_map) & ~(uint64_t)(PAGE_SIZE - 1);
}

#endif
