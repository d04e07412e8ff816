// SPDX-License-Identifier: MIT
/*
 * The memory manager's verbs that are counted by the instruction, inline for the calls that are made of them:
 * change an entry, find one by its address, load a root. mmu.h has them as functions, mmu.c says why they are
 * safe.
 */
#ifndef PV_MM_CHANGE_H
#define PV_MM_CHANGE_H

#include "mm/check.h"

/* Where the lower half of canonical addresses ends (Intel SDM vol. 1, 3.3.7.1). */
#define ADDRESS_HALF 0x0000800000000000ull

/* For the compiler: the case for which the instructions are to follow one another. */
#define usual(condition) __builtin_expect(condition, true)

#define INLINE static inline __attribute__((always_inline))

/* How an entry is written once it is known to be legal. */
enum writer {
    WRITE_PLAIN,    /* whatever it is */
    WRITE_EXCHANGE, /* if it is what is expected */
    WRITE_KEEP,     /* but for its accessed and dirty bits */
};

/**
 * Writes an entry; false if it is not what was expected. Accessed and dirty bits may be set at any time,
 * once.
 */
INLINE bool entry_put_value(uint64_t *entry, uint64_t expected, uint64_t value, enum writer writer)
{
    const uint64_t kept = PTE_ACCESSED | PTE_DIRTY;

    switch (writer) {
    case WRITE_PLAIN:
        entry_write(entry, value);
        return true;
    case WRITE_EXCHANGE:
        return entry_exchange(entry, expected, value);
    default:
        while (!entry_exchange(entry, expected, (value & ~kept) | (expected & kept))) {
            expected = entry_read(entry);
        }
        return true;
    }
}

/**
 * Changes an entry of a table of a type, level 1 to 4. Returns 0, 1 if it is not what was expected, or an
 * error.
 */
INLINE int table_change(struct mmu *mmu, enum frame_type type, uint64_t *entry, uint64_t expected,
                        uint64_t value, enum writer writer)
{
    struct frame *frame = entry_frame(value);
    int error = entry_check(mmu->tag, type, value, frame);
    uint64_t old;

    if (error != 0) {
        return error;
    }
    if (!entry_get(type, value, frame)) {
        return -PV_E_BUSY;
    }
    old = entry_read(entry);
    if (!entry_put_value(entry, writer == WRITE_KEEP ? old : expected, value, writer)) {
        entry_put(mmu, type, value);
        return 1;
    }
    entry_put(mmu, type, old);
    return 0;
}

/** Writes an entry of a level-1 table that is legal, and counts what it may have been before. */
INLINE void data_put(const struct mmu *mmu, uint64_t *entry, uint64_t value, uint64_t frame_address)
{
    uint64_t old = entry_read(entry);

    entry_write(entry, value);
    if (usual(entry_counts(FRAME_LEVEL1, old))) {
        frame_put(mmu, frame_of(old & frame_address));
    }
}

/**
 * Makes an entry of a level-1 table map a frame of data, or nothing, which are the most common changes by
 * far. Returns false, with nothing changed, if it is any other, or may not be: that is for table_change to
 * say.
 * @frame_address  FRAME_ADDRESS
 */
INLINE bool data_map(struct mmu *mmu, uint64_t *entry, uint64_t value, uint64_t frame_address)
{
    struct frame *frame = frame_of(value & frame_address);

    if (!entry_is_formed(value) || frame->tag != mmu->tag + FRAME_DATA) {
        if (value != 0) {
            return false;
        }
    } else if (usual((value & PTE_WRITE) != 0) && !frame_get(frame)) {
        return false;
    }
    data_put(mmu, entry, value, frame_address);
    return true;
}

/** The same for the entry at a machine address, which may be anything. */
INLINE bool entry_map(struct mmu *mmu, uint64_t address, uint64_t value, uint64_t frame_address)
{
    return (address & frame_limits.not_entry) == 0 &&
           frame_at(mfn_of(address))->tag == mmu->tag + FRAME_LEVEL1 &&
           data_map(mmu, machine_entry(address), value, frame_address);
}

/** Whether an address is one that guests may have mapped: canonical, and not the hypervisor's. */
INLINE bool address_is_guests(gva_t address)
{
    /* From the end of the hypervisor's range up, and on from 0, to where canonical addresses end. */
    return address.address - PV_HYPERVISOR_END < (0 - PV_HYPERVISOR_END) + ADDRESS_HALF;
}

/**
 * Where the entry for an address is in its table, in bytes; the table's entries stand for 1 << shift bytes
 * each.
 */
INLINE uint64_t entry_offset(gva_t address, unsigned shift)
{
    return (address.address >> shift & (TABLE_ENTRIES - 1)) * sizeof(uint64_t);
}

/**
 * Finds the level-1 entry of an address that is a guest's; false if no table leads to it. Through the
 * machine's own view of the tables, which are legal: no entry on the way has to be doubted.
 * @root           machine address of a root that is loaded
 * @frame_address  FRAME_ADDRESS
 */
INLINE bool address_entry(uint64_t root, gva_t address, uint64_t frame_address, uint64_t **found)
{
    uint64_t table = root, entry;

#pragma GCC unroll 3
    for (unsigned shift = 39; shift > PAGE_SHIFT; shift -= 9) {
        entry = entry_read(machine_entry(table + entry_offset(address, shift)));
        if ((entry & PTE_PRESENT) == 0) {
            return false;
        }
        table = entry & frame_address;
    }
    *found = machine_entry(table + entry_offset(address, PAGE_SHIFT));
    return true;
}

/**
 * Does the same as data_map with the level-1 entry of an address, which may be anything, under a loaded root.
 */
INLINE bool address_map(struct mmu *mmu, uint64_t root, gva_t address, uint64_t value)
{
    const uint64_t mask = machine_constant(FRAME_ADDRESS);
    uint64_t *entry;

    return address_is_guests(address) && address_entry(root, address, mask, &entry) &&
           data_map(mmu, entry, value, mask);
}

/** Moves the epoch on, if processors that have forgotten all translations are all that may have had any. */
INLINE void epoch_advance(struct mmu *mmu, uint64_t processors)
{
    if (usual((mmu->processors & ~processors) == 0)) {
        mmu->epoch++;
    }
}

/** The same after this processor has, which runs the domain: so if there is only one, it is this. */
INLINE void epoch_advance_self(struct mmu *mmu)
{
    if (usual(mmu->loaded <= 1)) {
        mmu->epoch++;
    }
}

/** Makes this processor forget all translations of the domain. */
INLINE void flush_self(struct mmu *mmu)
{
    machine_flush_self();
    epoch_advance_self(mmu);
}

/**
 * Loads the kernel's root, by a machine address that may be anything. False, with nothing changed, if it may
 * not be.
 */
INLINE bool root_load(struct mmu *mmu, struct mmu_context *context, uint64_t address)
{
    mfn_t *loaded = &context->loaded[PV_LOAD_KERNEL_ROOT];
    struct frame *frame = frame_of(address);

    if ((address & frame_limits.not_address) != 0 || frame->tag != mmu->tag + FRAME_LEVEL4) {
        return false;
    }
    frame->count++;
    machine_root_load(address);
    frame_put(mmu, frame_at(*loaded));
    *loaded = mfn_of(address);
    epoch_advance_self(mmu);
    return true;
}

/**
 * Loads both roots in place of two that are loaded, by machine addresses that may be anything. False, with
 * nothing changed, if one may not be. The user's is the processor's when user mode is next entered.
 */
INLINE bool roots_load(struct mmu *mmu, struct mmu_context *context, uint64_t kernel, uint64_t user)
{
    mfn_t *loaded = &context->loaded[PV_LOAD_USER_ROOT];
    struct frame *frame = frame_of(user);

    if ((user & frame_limits.not_address) != 0 || frame->tag != mmu->tag + FRAME_LEVEL4 ||
        !root_load(mmu, context, kernel)) {
        return false;
    }
    frame->count++;
    frame_put(mmu, frame_at(*loaded));
    *loaded = mfn_of(user);
    return true;
}

#endif
