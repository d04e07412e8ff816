// SPDX-License-Identifier: MIT
/*
 * Regions: born with two users, gone with the last.
 */
#include "core/region.h"

#include "lib/string.h"
#include "x86/paging.h"

static void *page_take(struct frame_list *list, enum frame_type type)
{
    mfn_t frame;

    if (!frame_take(list, OWNER_HYPERVISOR, type, &frame)) {
        return NULL;
    }
    return memset(direct_frame(frame), 0, PAGE_SIZE);
}

static void region_destroy(struct region *region)
{
    struct frame_list own = region->frames;

    frame_list_release(&region->pages, UINT64_MAX);
    frame_list_release(&own, UINT64_MAX);
}

struct region *region_create(uint64_t pages)
{
    struct frame_list own;
    struct region *region;

    frame_list_open(&own);
    region = page_take(&own, FRAME_DATA);
    if (region == NULL) {
        return NULL;
    }
    region->users = 2;
    region->frames = own;
    frame_list_open(&region->pages);
    while (region->pages.count < pages) {
        if (page_take(&region->pages, FRAME_SHARED) == NULL) {
            region_destroy(region);
            return NULL;
        }
    }
    return region;
}

void region_put(struct region *region)
{
    if (__atomic_sub_fetch(&region->users, 1, __ATOMIC_ACQ_REL) == 0) {
        region_destroy(region);
    }
}
