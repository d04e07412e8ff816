// SPDX-License-Identifier: MIT
/*
 * Memory that two domains share. Its frames are the hypervisor's, so no rule of the memory manager lets a
 * guest retype one, or map it anywhere but where it was mapped when the guest was loaded; a guest may only
 * take that mapping away. They are given back when the last of its domains has ended.
 */
#ifndef PV_CORE_REGION_H
#define PV_CORE_REGION_H

#include <stdbool.h>
#include <stdint.h>

#include "mm/frame.h"

struct region {
    uint32_t users;           /* domains that have it */
    struct frame_list frames; /* the first one that was taken holds this */
    struct frame_list pages;  /* what the domains see */
};

/** Makes a region of zeroed pages for two domains; NULL when there is no memory for it. */
struct region *region_create(uint64_t pages);

/** Takes note that a domain has ended that had it. */
void region_put(struct region *region);

#endif
