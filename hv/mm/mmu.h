// SPDX-License-Identifier: MIT
/*
 * The memory manager's verbs: what a domain can do to its tables. mmu.c explains why they are safe.
 *
 * All but mmu_open and mmu_lock are called with the domain's lock held, return 0 or an error of
 * abi/errors.def negated, and have changed nothing when they return an error. An address or a number may be
 * anything.
 */
#ifndef PV_MM_MMU_H
#define PV_MM_MMU_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/mmu.h"
#include "mm/frame.h"
#include "mm/machine.h"

/* A domain's side of the memory manager. */
struct mmu {
    struct lock lock;
    uint32_t tag;        /* of its data frames; a type added gives those of that type */
    uint32_t epoch;      /* another one whenever all its processors have forgotten all translations */
    uint64_t processors; /* those that have one of its roots loaded, a bit each */
    uint32_t loaded;     /* how many these are */
};

/* What a virtual CPU has loaded, by enum pv_load; frame 0 is none. */
#define MMU_LOADS 4
struct mmu_context {
    mfn_t loaded[MMU_LOADS];
};

/** Prepares for a domain that owns frames under a number, OWNER_DOMAIN + its own. */
void mmu_open(struct mmu *mmu, uint16_t owner);

/** Says which processors have one of the domain's roots loaded: before one is loaded, after another is. */
void mmu_processors_change(struct mmu *mmu, uint64_t more, uint64_t fewer);

/** Takes the domain's lock, and gives it back. */
static inline void mmu_lock(struct mmu *mmu)
{
    lock_take(&mmu->lock, LOCK_MMU);
}

static inline void mmu_unlock(struct mmu *mmu)
{
    lock_put(&mmu->lock, LOCK_MMU);
}

/** Sets the entry of a table, or the segment descriptor, at a machine address. */
int mmu_entry_set(struct mmu *mmu, uint64_t address, uint64_t value);

/** The same, if the entry still is `expected`; otherwise returns 1 and changes nothing. */
int mmu_entry_exchange(struct mmu *mmu, uint64_t address, uint64_t expected, uint64_t value);

/**
 * The same as mmu_entry_set, but leaves the accessed and dirty bits as they are, whoever sets them meanwhile.
 */
int mmu_entry_set_keep(struct mmu *mmu, uint64_t address, uint64_t value);

/** The level-1 entry of a virtual address under a root that is loaded; NULL if there is none. */
uint64_t *mmu_find(mfn_t root, gva_t address);

/** Sets that entry. */
int mmu_address_set(struct mmu *mmu, mfn_t root, gva_t address, uint64_t value);

/**
 * Makes data a table of a type, or a table data again (see abi/mmu.h). Looks at 512 entries at most.
 * @clear  make the frame zero on the way to a table, instead of looking at what it has
 */
int frame_retype(struct mmu *mmu, mfn_t number, enum frame_type type, bool clear);

/** Why a machine address is not that of a root of the domain's: a negative error of abi/, or 0 if it is. */
int mmu_root_error(const struct mmu *mmu, uint64_t address);

/** Notes that a virtual CPU which is not running has a frame loaded. `which` is enum pv_load. */
int mmu_hold(struct mmu *mmu, struct mmu_context *context, uint64_t which, mfn_t number);

/** Notes that a virtual CPU has nothing loaded any more; nor has it, on any processor. */
void mmu_drop(struct mmu *mmu, struct mmu_context *context);

/** Loads a frame for the virtual CPU that this processor runs, in kernel mode. */
int mmu_load(struct mmu *mmu, struct mmu_context *context, uint64_t which, mfn_t number);

/**
 * Maps a page of the hypervisor's own that several domains share, writable, at an address at which nothing is
 * mapped. No other entry can lead to such a page. It is counted, but what other domains count there meanwhile
 * is not kept apart, and nothing depends on it: the page never has another type.
 */
int mmu_region_map(mfn_t root, gva_t address, mfn_t page);

/** Makes processors, a bit each, forget all translations of the domain. */
void mmu_flush(struct mmu *mmu, uint64_t processors);

/**
 * Makes processors forget the translation of one page: of one that may be the guest's.
 * @address  any byte of it
 */
int mmu_flush_page(uint64_t processors, gva_t address);

/* How far a batch came. */
struct mmu_progress {
    uint64_t done; /* operations */
    uint64_t work; /* what they counted as, at most PV_MMU_WORK */
};

/**
 * Does operations of an array of struct pv_mmu_update in guest memory, each read once, in order: up to
 * `count`, up to PV_MMU_WORK, and none after the kernel's root has changed.
 * @progress  filled in also when one fails
 */
int mmu_batch(struct mmu *mmu, struct mmu_context *context, gva_t operations, uint64_t count,
              struct mmu_progress *progress);

#endif
