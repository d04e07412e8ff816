// SPDX-License-Identifier: MIT
/*
 * Direct paging: the tables that a guest builds are the ones that the processor walks.
 *
 * The theorem. Whatever guests do, in whatever order, on however many processors at once:
 *   1. no frame that is a table (or holds descriptors) can be written by a guest, through any mapping, nor
 *      through any translation that a processor still remembers of a mapping that is gone;
 *   2. every table that a processor can reach from a loaded root has legal entries only: they lead to frames
 *      of the same domain, to tables of the level below, and open nothing else to it;
 *   3. the hypervisor's slots of a root are the hypervisor's.
 * With 1, what was checked stays as it was checked; with 2 and 3, no guest reaches a frame that is not its
 * own; but for pages of the hypervisor's that are shared, to which no entry can be made to lead: the loader
 * writes some (mmu_region_map), and a guest can only take them away.
 *
 * Types. Each frame of a domain is data, a level-1 to level-4 table, or descriptors. Only data is ever mapped
 * writable. A type changes by frame_retype alone, never as a side effect: from data to another, or back. A
 * table is made when those below it are, and unmade when nothing leads to it any more; so a change looks at
 * the 512 entries of one frame, there is nothing to recurse into, nothing to interrupt and no state in
 * between.
 *
 * Counts. For a frame of data, how many level-1 entries map it writable; for another, how many entries lead
 * to it and how many virtual CPUs have it loaded. A type changes only at 0. Mappings for reading are not
 * counted: they do no harm to a frame of any type, and a frame leaves its domain only with the domain.
 *
 * Stale translations. A count says what tables say, not what processors remember. Whoever drops a reference
 * stamps the frame with the domain's epoch; the epoch moves on whenever all processors that have one of the
 * domain's roots loaded have forgotten everything. So a frame whose stamp is the epoch may still be
 * remembered, as a page that can be written or as a table, and needs a flush first; with any other stamp it
 * had one since. (The epoch may wrap round: two that are the same by chance cost a flush that was not
 * needed.)
 *
 * The order of a change to a table: the count is 0; take the type, so that no new writable mapping can come;
 * flush, so that none is remembered; then read the entries, which nobody can write from then on; then count
 * what they lead to. Back to data: the count is 0, so no processor finds a way to the table from now on;
 * flush, so that none remembers one; then take back the counts, and give the type up, after which the guest
 * may write to it.
 *
 * Entries of tables are changed by table_change: every change takes the full check, as if the entry were new.
 * There is no shorter way for a change of flags alone, which is where such validators have been wrong most
 * often. The new entry is counted first, then written, and then the old one is counted no more.
 *
 * Locks. Each domain has one, held for each call. Frames of other domains are only looked at: their tags
 * never equal this domain's, whenever they are read. The processors themselves take no lock when they set
 * accessed and dirty bits: no decision depends on those.
 *
 * Left out on purpose: tables that lead to themselves, superpages, uncached mappings, giving frames away.
 */
#include "mm/mmu.h"

#include "mm/change.h"
#include "mm/descriptor.h"

void mmu_open(struct mmu *mmu, uint16_t owner)
{
    *mmu = (struct mmu){.tag = (uint32_t)owner << FRAME_TYPE_BITS, .epoch = 1};
}

void mmu_processors_change(struct mmu *mmu, uint64_t more, uint64_t fewer)
{
    mmu->processors = (mmu->processors | more) & ~fewer;
    mmu->loaded = 0;
    for (uint64_t left = mmu->processors; left != 0; left &= left - 1) {
        mmu->loaded++;
    }
}

static int descriptor_change(uint64_t *entry, uint64_t expected, uint64_t value, enum writer writer)
{
    if (!descriptor_ok(value)) {
        return -PV_E_BITS;
    }
    return entry_put_value(entry, expected, value, writer == WRITE_KEEP ? WRITE_PLAIN : writer) ? 0 : 1;
}

/* Changes a word of a frame with this tag; what it is decides what is legal. */
static inline int any_change(struct mmu *mmu, uint32_t tag, uint64_t address, uint64_t expected,
                             uint64_t value, enum writer writer)
{
    uint64_t *entry = machine_entry(address);
    uint32_t type = tag - mmu->tag;

    if (type == FRAME_DESCRIPTORS) {
        return descriptor_change(entry, expected, value, writer);
    }
    if (type < FRAME_LEVEL1 || type > FRAME_LEVEL4) {
        return tag_error(mmu->tag, tag);
    }
    if (type == FRAME_LEVEL4 && slot_is_own(address % PAGE_SIZE / sizeof(*entry))) {
        return -PV_E_SLOT;
    }
    return table_change(mmu, type, entry, expected, value, writer);
}

static int entry_change(struct mmu *mmu, uint64_t address, uint64_t expected, uint64_t value,
                        enum writer writer)
{
    if ((address & frame_limits.not_entry) != 0) {
        return -PV_E_OWNER;
    }
    return any_change(mmu, frame_at(mfn_of(address))->tag, address, expected, value, writer);
}

int mmu_entry_set(struct mmu *mmu, uint64_t address, uint64_t value)
{
    return entry_change(mmu, address, 0, value, WRITE_PLAIN);
}

int mmu_entry_exchange(struct mmu *mmu, uint64_t address, uint64_t expected, uint64_t value)
{
    return entry_change(mmu, address, expected, value, WRITE_EXCHANGE);
}

int mmu_entry_set_keep(struct mmu *mmu, uint64_t address, uint64_t value)
{
    return entry_change(mmu, address, 0, value, WRITE_KEEP);
}

uint64_t *mmu_find(mfn_t root, gva_t address)
{
    uint64_t *entry;

    return address_is_guests(address) && address_entry(mfn_address(root), address, FRAME_ADDRESS, &entry)
               ? entry
               : NULL;
}

int mmu_address_set(struct mmu *mmu, mfn_t root, gva_t address, uint64_t value)
{
    uint64_t *entry = mmu_find(root, address);

    if (!address_is_guests(address)) {
        return -PV_E_INVALID;
    }
    return entry != NULL ? table_change(mmu, FRAME_LEVEL1, entry, 0, value, WRITE_PLAIN) : -PV_E_UNMAPPED;
}

int mmu_region_map(mfn_t root, gva_t address, mfn_t page)
{
    uint64_t *entry = mmu_find(root, address);

    if (entry == NULL) {
        return -PV_E_UNMAPPED;
    }
    if (frame_at(page)->tag != (OWNER_HYPERVISOR << FRAME_TYPE_BITS | FRAME_SHARED)) {
        return -PV_E_OWNER;
    }
    if (entry_read(entry) != 0 || !frame_get(frame_at(page))) {
        return -PV_E_BUSY;
    }
    entry_write(entry, mfn_address(page) | PTE_PRESENT | PTE_WRITE | PTE_USER | PTE_NX);
    return 0;
}

void mmu_flush(struct mmu *mmu, uint64_t processors)
{
    machine_flush(processors);
    epoch_advance(mmu, processors);
}

int mmu_flush_page(uint64_t processors, gva_t address)
{
    if (!address_is_guests(address)) {
        return -PV_E_INVALID;
    }
    machine_flush_page(processors, address.address);
    return 0;
}

/* Does for the processor what has been done in the books. A load of the root is a flush of this processor. */
static inline void load_commit(struct mmu *mmu, uint64_t which, mfn_t frame)
{
    switch (which) {
    case PV_LOAD_KERNEL_ROOT:
        machine_root_load(mfn_address(frame));
        epoch_advance_self(mmu);
        break;
    case PV_LOAD_USER_ROOT: /* the next entry to user mode loads it */
        break;
    case PV_LOAD_DESCRIPTORS:
        machine_descriptors_load(frame);
        break;
    default:
        machine_local_descriptors_load(frame);
        break;
    }
}

int mmu_root_error(const struct mmu *mmu, uint64_t address)
{
    uint32_t tag;

    if ((address & frame_limits.not_address) != 0) {
        return -PV_E_OWNER;
    }
    tag = frame_of(address)->tag;
    return tag == mmu->tag + FRAME_LEVEL4 ? 0 : tag_error(mmu->tag, tag);
}

int mmu_hold(struct mmu *mmu, struct mmu_context *context, uint64_t which, mfn_t number)
{
    bool root = which <= PV_LOAD_USER_ROOT;
    struct frame *frame;
    mfn_t old;

    if (which >= MMU_LOADS) {
        return -PV_E_INVALID;
    }
    if (number.number >= frame_limits.frames) {
        return -PV_E_OWNER;
    }
    frame = frame_at(number);
    if (root || number.number != 0) {
        if (frame->tag != mmu->tag + (root ? FRAME_LEVEL4 : FRAME_DESCRIPTORS)) {
            return tag_error(mmu->tag, frame->tag);
        }
        if (frame->count > COUNT_LIMIT) {
            return -PV_E_BUSY;
        }
        frame->count++;
    }
    old = context->loaded[which];
    context->loaded[which] = number;
    if (old.number != 0) {
        frame_put(mmu, frame_at(old));
    }
    return 0;
}

void mmu_drop(struct mmu *mmu, struct mmu_context *context)
{
    for (unsigned which = 0; which < MMU_LOADS; which++) {
        if (context->loaded[which].number != 0) {
            frame_put(mmu, frame_at(context->loaded[which]));
            context->loaded[which] = mfn(0);
        }
    }
}

int mmu_load(struct mmu *mmu, struct mmu_context *context, uint64_t which, mfn_t number)
{
    int error = mmu_hold(mmu, context, which, number);

    if (error == 0) {
        load_commit(mmu, which, number);
    }
    return error;
}
