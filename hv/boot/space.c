// SPDX-License-Identifier: MIT
/*
 * Builds a guest's page tables. They are the last frames of its memory, and read-only to it wherever they are
 * mapped: what the processor walks is not to be written by a guest.
 *
 * All tables are made before the memory is filled in, so their number is known when pseudo-physical frames
 * are numbered.
 */
#include "boot/space.h"

#include "core/panic.h"
#include "lib/string.h"
#include "x86/paging.h"

static bool frame_new(struct space *space, enum frame_type type, mfn_t *frame)
{
    if (space->domain->frames.count == space->frames ||
        !frame_take(&space->domain->frames, (uint16_t)(OWNER_DOMAIN + space->domain->number), type, frame)) {
        return false;
    }
    memset(direct_frame(*frame), 0, PAGE_SIZE);
    return true;
}

bool space_open(struct space *space, struct domain *domain, uint64_t physmap)
{
    mfn_t root;

    *space = (struct space){.domain = domain, .physmap = physmap, .frames = domain->memory >> PAGE_SHIFT};
    if (!frame_new(space, FRAME_LEVEL4, &root)) {
        return false;
    }
    space->root = mfn_address(root);
    paging_share(direct(space->root));
    return true;
}

static unsigned index_at(uint64_t address, unsigned level)
{
    return address >> (PAGE_SHIFT + 9 * (level - 1)) & (TABLE_ENTRIES - 1);
}

/* The level-1 entry of an address; its tables exist. */
static uint64_t *entry_of(const struct space *space, uint64_t address)
{
    uint64_t *table = direct(space->root);

    for (unsigned level = 4; level > 1; level--) {
        table = direct(table[index_at(address, level)] & PTE_ADDRESS);
    }
    return &table[index_at(address, 1)];
}

static bool tables_make(struct space *space, uint64_t address)
{
    uint64_t *table = direct(space->root);

    for (unsigned level = 4; level > 1; level--) {
        uint64_t *entry = &table[index_at(address, level)];
        mfn_t below;

        if ((*entry & PTE_PRESENT) == 0) {
            if (!frame_new(space, (enum frame_type)(FRAME_DATA + level - 1), &below)) {
                return false;
            }
            *entry = mfn_address(below) | PTE_PRESENT | PTE_WRITE | PTE_USER;
        }
        table = direct(*entry & PTE_ADDRESS);
    }
    return true;
}

bool space_reserve(struct space *space, uint64_t address, uint64_t length)
{
    const uint64_t step = PAGE_SIZE * TABLE_ENTRIES;
    uint64_t last = address + length - 1;

    for (uint64_t next = address & ~(step - 1); next <= last; next += step) {
        if (!tables_make(space, next)) {
            return false;
        }
        if (next + step < next) {
            break;
        }
    }
    return true;
}

void space_map(struct space *space, uint64_t address, mfn_t frame, uint64_t flags)
{
    *entry_of(space, address) = mfn_address(frame) | flags | PTE_PRESENT | PTE_USER;
}

static uint64_t physmap_address(const struct space *space, uint64_t number)
{
    return space->physmap + (number << PAGE_SHIFT);
}

bool space_populate(struct space *space)
{
    uint64_t number = space->frames;
    mfn_t frame = mfn(space->domain->frames.first);
    bool more = true;

    space->tables = space->domain->frames.count;
    for (; more; more = frame_before(frame, &frame)) {
        space_map(space, physmap_address(space, --number), frame, PTE_NX);
    }
    while (number-- > 0) {
        if (!frame_new(space, FRAME_DATA, &frame)) {
            return false;
        }
        space_map(space, physmap_address(space, number), frame, PTE_NX | PTE_WRITE);
    }
    return true;
}

mfn_t space_frame(const struct space *space, pfn_t frame)
{
    mfn_t found = mfn_of(*entry_of(space, physmap_address(space, frame.number)) & PTE_ADDRESS);

    assert(frame_owner(found) == OWNER_DOMAIN + space->domain->number);
    return found;
}

void space_write(struct space *space, uint64_t physical, const void *bytes, uint64_t length)
{
    const uint8_t *from = bytes;

    while (length != 0) {
        uint64_t offset = physical % PAGE_SIZE;
        uint64_t part = length < PAGE_SIZE - offset ? length : PAGE_SIZE - offset;
        uint8_t *to = direct_frame(space_frame(space, pfn(physical >> PAGE_SHIFT)));

        memcpy(to + offset, from, part);
        physical += part;
        from += part;
        length -= part;
    }
}
