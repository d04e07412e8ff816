// SPDX-License-Identifier: MIT
/*
 * Shares: everything that can be wrong is found before the first frame is taken, but for memory itself.
 */
#include "boot/share.h"

#include "core/panic.h"
#include "lib/string.h"

#define SIZE_LIMIT ((uint64_t)PV_WINDOW_REGION_PAGES * PAGE_SIZE)

/* Takes what stands before a character, and the character. Returns false if it is too long, or nothing. */
static bool part_take(const char **text, char end, char *part, uint64_t size)
{
    uint64_t length = 0;

    while ((*text)[length] != end && (*text)[length] != '\0' && length < size - 1) {
        part[length] = (*text)[length];
        length++;
    }
    part[length] = '\0';
    if (length == 0 || (*text)[length] != end) {
        return false;
    }
    *text += length + 1;
    return true;
}

/* A number of bytes, with K or M behind it or without. Returns 0 if it is none, or beyond the limit. */
static uint64_t size_read(const char *text)
{
    uint64_t size = 0;

    for (; *text >= '0' && *text <= '9' && size <= SIZE_LIMIT; text++) {
        size = size * 10 + (uint64_t)(*text - '0');
    }
    if (*text == 'K' || *text == 'M') {
        size = size <= SIZE_LIMIT ? size << (*text == 'K' ? 10 : 20) : 0;
        text++;
    }
    return *text == '\0' && size <= SIZE_LIMIT ? size : 0;
}

const char *share_option_read(const char *text, struct share_plan *plan)
{
    uint64_t size;

    if (!part_take(&text, ':', plan->name, sizeof(plan->name)) ||
        !part_take(&text, ',', plan->guests[0], sizeof(plan->guests[0])) ||
        !part_take(&text, ':', plan->guests[1], sizeof(plan->guests[1]))) {
        return "it is not NAME:GUEST,GUEST:SIZE";
    }
    size = size_read(text);
    plan->pages = size >> PAGE_SHIFT;
    if (size == 0 || size % PAGE_SIZE != 0) {
        return "its size is no multiple of 4K up to 1M";
    }
    return strcmp(plan->guests[0], plan->guests[1]) == 0 ? "its guests are the same one" : NULL;
}

static const char *guest_lacks(const struct share_guest *guest, const struct share_plan *plan)
{
    if (!guest->able) {
        return "a guest is made for a version of the ABI that has no shares";
    }
    if (guest->shares == PV_SHARE_LIMIT) {
        return "a guest has too many";
    }
    return guest->pages + plan->pages > PV_WINDOW_REGION_PAGES ? "a guest's window is full" : NULL;
}

/* Maps the region, the page that was taken last first. */
static void region_map(struct share_guest *guest, struct region *region, uint64_t address)
{
    struct domain *domain = guest->space.domain;
    mfn_t frame = mfn(region->pages.first);
    bool more = true;

    mmu_lock(&domain->mmu);
    for (uint64_t at = address; more; at += PAGE_SIZE, more = frame_before(frame, &frame)) {
        int error = mmu_region_map(guest->space.root, gva(at), frame);

        assert(error == 0);
    }
    mmu_unlock(&domain->mmu);
    domain->regions[guest->shares] = region;
}

/* Gives a guest its view, and says so in its start-info page. */
static void guest_join(struct share_guest *guest, const struct share_plan *plan, struct region *region,
                       int64_t port, unsigned other)
{
    uint64_t address = guest->window + PV_WINDOW_REGIONS + (guest->pages << PAGE_SHIFT);
    struct pv_share share = {
        .address = address, .size = plan->pages << PAGE_SHIFT, .port = (uint32_t)port, .domain = other};

    memcpy(share.name, plan->name, sizeof(share.name));
    region_map(guest, region, address);
    space_write(&guest->space,
                guest->start_info + offsetof(struct pv_start_info, shares) + guest->shares * sizeof(share),
                &share, sizeof(share));
    guest->shares++;
    guest->pages += plan->pages;
}

const char *share_make(const struct share_plan *plan, struct share_guest *first, struct share_guest *second)
{
    struct domain *a = first->space.domain, *b = second->space.domain;
    const char *lack = guest_lacks(first, plan);
    struct region *region;
    int64_t port, end;

    lack = lack != NULL ? lack : guest_lacks(second, plan);
    if (lack != NULL) {
        return lack;
    }
    region = region_create(plan->pages);
    port = region != NULL ? port_allocate(a, b->number) : -1;
    end = port > 0 ? port_bind_domain(b, a->number, (uint64_t)port) : -1;
    if (end < 0 && region != NULL) {
        region_put(region);
        region_put(region);
    }
    if (end < 0) {
        return "there is no memory for it";
    }
    guest_join(first, plan, region, port, b->number);
    guest_join(second, plan, region, end, a->number);
    return NULL;
}
