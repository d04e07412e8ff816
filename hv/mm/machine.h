// SPDX-License-Identifier: MIT
/*
 * What the memory manager needs of the machine, and all of it that it ever touches. Everything else in this
 * folder is plain C, compiled from the same source for the processor, the unit tests, the model checker and
 * the fuzzer.
 *
 * mm_machine.h, found by the include path, holds the definitions: hv/x86/machine/ for the processor,
 * tests/mm/ for a modelled one. They are inline, because the hypercall path is counted by the instruction.
 */
#ifndef PV_MM_MACHINE_H
#define PV_MM_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/lock_order.h"
#include "mm/address.h"

struct frame;

/**
 * One holder at a time. Whoever waits has interrupts off, so the wait serves requests to flush.
 */
struct lock {
    uint32_t held;
};

/**
 * The frame table, as large as frame_limits says. What has no memory behind it reads as zero and is read-
 * only.
 */
static inline struct frame *machine_frames(void);

/** The entry of a table, or descriptor, at a machine address: 8-byte aligned, of a frame in the frame table.
 */
static inline uint64_t *machine_entry(uint64_t machine_address);

/** Reads an entry. The processors may set its accessed and dirty bits at any time. */
static inline uint64_t entry_read(const uint64_t *entry);

/** Writes an entry, whole. */
static inline void entry_write(uint64_t *entry, uint64_t value);

/** Writes an entry if it still is what it was; returns whether it did, in one step that no processor divides.
 */
static inline bool entry_exchange(uint64_t *entry, uint64_t expected, uint64_t value);

/** A constant that is used several times, kept where it is at hand. */
static inline uint64_t machine_constant(uint64_t value);

/** Adds 1 to a count; returns false if there was no room, and the count is 0 now. */
static inline bool machine_count(uint32_t *count);

/** Makes the 512 entries of a frame zero. */
static inline void machine_clear(mfn_t frame);

/** Puts the hypervisor's own slots into a root that nobody has loaded, or takes them out again. */
static inline void machine_root_share(mfn_t root);
static inline void machine_root_unshare(mfn_t root);

/** Makes processors (a bit each) forget every translation that a guest made; returns when they have. */
static inline void machine_flush(uint64_t processors);

/** The same on this processor alone. */
static inline void machine_flush_self(void);

/** Makes them forget those of one page. */
static inline void machine_flush_page(uint64_t processors, uint64_t address);

/** The same on this processor alone. */
static inline void machine_flush_page_self(uint64_t address);

/** This processor's bit. */
static inline uint64_t machine_self(void);

/**
 * The processors on which some of the calling domain's virtual CPUs (a bit each) may be running.
 * @active  those that have one of the domain's roots loaded
 */
static inline uint64_t machine_processors(uint64_t active, uint64_t vcpus);

/**
 * Loads a root, by its machine address, on this processor, which thereby forgets every translation that a
 * guest made.
 */
static inline void machine_root_load(uint64_t root);

/**
 * Loads the guest's page of the global descriptor table, the local table, on this processor; frame 0 for
 * none.
 */
static inline void machine_descriptors_load(mfn_t frame);
static inline void machine_local_descriptors_load(mfn_t frame);

/** Whether an array of the guest's that calls may be read in ascending order, beginning at an address. */
static inline bool machine_fetch_ok(gva_t first);

/**
 * Reads two words of such an array, once; false if they cannot be read. What precedes them, from an address
 * on that machine_fetch_ok has approved of, must have been read before.
 */
static inline bool machine_fetch(gva_t from, uint64_t *first, uint64_t *second);

/** Takes and gives back a lock, which is of this rank. */
static inline void lock_take(struct lock *lock, enum lock_rank rank);
static inline void lock_put(struct lock *lock, enum lock_rank rank);

#include "mm_machine.h"

#endif
