// SPDX-License-Identifier: MIT
/*
 * Builds a guest's page tables. They are the last frames of its memory, and read-only to it wherever they are
 * mapped. A table gets its type while it is empty, and then its entries one by one.
 *
 * All tables are made before the memory is filled in, so their number is known when pseudo-physical frames
 * are numbered.
 */
#include "boot/space.h"

#include "core/panic.h"
#include "lib/string.h"
#include "x86/paging.h"
#include "x86/translation.h"

#define ENTRIES_PER_FRAME (PAGE_SIZE / sizeof(uint32_t))

static bool frame_new(struct space *space, mfn_t *frame)
{
    struct domain *domain = space->domain;

    return domain->frames.count < space->frames &&
           frame_take(&domain->frames, (uint16_t)(OWNER_DOMAIN + domain->number), FRAME_DATA, frame);
}

static bool table_new(struct space *space, enum frame_type type, mfn_t *frame)
{
    int error;

    if (!frame_new(space, frame)) {
        return false;
    }
    error = frame_retype(&space->domain->mmu, *frame, type, true);
    assert(error == 0);
    return true;
}

bool space_open(struct space *space, struct domain *domain, uint64_t physmap)
{
    *space = (struct space){.domain = domain, .physmap = physmap, .frames = domain->memory >> PAGE_SHIFT};
    return table_new(space, FRAME_LEVEL4, &space->root);
}

/* The tables that lead to an address. */
static bool tables_make(struct space *space, uint64_t address)
{
    mfn_t table = space->root, below;

    for (unsigned level = 4; level > 1; level--) {
        uint64_t index = address >> (PAGE_SHIFT + 9 * (level - 1)) & (TABLE_ENTRIES - 1);
        uint64_t at = mfn_address(table) + index * sizeof(uint64_t);
        uint64_t entry = entry_read(machine_entry(at));
        int error = 0;

        if ((entry & PTE_PRESENT) == 0) {
            if (!table_new(space, (enum frame_type)(FRAME_DATA + level - 1), &below)) {
                return false;
            }
            entry = mfn_address(below) | PTE_PRESENT | PTE_WRITE | PTE_USER;
            error = mmu_entry_set(&space->domain->mmu, at, entry);
        }
        assert(error == 0);
        table = mfn_of(entry & PTE_ADDRESS);
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
    int error = mmu_address_set(&space->domain->mmu, space->root, gva(address),
                                mfn_address(frame) | flags | PTE_PRESENT | PTE_USER);

    assert(error == 0);
}

/* Gives a frame its number. */
static void frame_number(struct space *space, uint64_t number, mfn_t frame, uint64_t flags)
{
    translation_set(frame, (uint32_t)number);
    space_map(space, space->physmap + (number << PAGE_SHIFT), frame, flags | PTE_NX);
}

bool space_populate(struct space *space)
{
    uint64_t number = space->frames;
    mfn_t frame = mfn(space->domain->frames.first);
    bool more = true;

    space->tables = space->domain->frames.count;
    for (; more; more = frame_before(frame, &frame)) {
        frame_number(space, --number, frame, 0);
    }
    while (number-- > 0) {
        if (!frame_new(space, &frame)) {
            return false;
        }
        memset(direct_frame(frame), 0, PAGE_SIZE);
        frame_number(space, number, frame, PTE_WRITE);
    }
    return true;
}

mfn_t space_frame(const struct space *space, pfn_t frame)
{
    const uint64_t *entry = mmu_find(space->root, gva(space->physmap + (frame.number << PAGE_SHIFT)));
    mfn_t found = entry != NULL ? mfn_of(entry_read(entry) & PTE_ADDRESS) : mfn(0);

    assert(frame_owner(found) == OWNER_DOMAIN + space->domain->number);
    return found;
}

uint64_t space_translation_frames(const struct space *space)
{
    return (space->frames + ENTRIES_PER_FRAME - 1) / ENTRIES_PER_FRAME;
}

void space_translation_write(const struct space *space, pfn_t first)
{
    uint32_t *page = NULL;

    for (uint64_t number = 0; number < space->frames; number++) {
        if (number % ENTRIES_PER_FRAME == 0) {
            page = direct_frame(space_frame(space, pfn(first.number + number / ENTRIES_PER_FRAME)));
        }
        page[number % ENTRIES_PER_FRAME] = (uint32_t)space_frame(space, pfn(number)).number;
    }
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
