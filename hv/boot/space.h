// SPDX-License-Identifier: MIT
/*
 * The first address space of a guest: page tables made of the guest's own frames, by the verbs that guests
 * have too, so that they obey the same rules. The lock of the domain's memory manager is held.
 */
#ifndef PV_BOOT_SPACE_H
#define PV_BOOT_SPACE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/domain.h"
#include "mm/address.h"

struct space {
    struct domain *domain;
    mfn_t root;       /* the level-4 table */
    uint64_t physmap; /* where the guest has its memory mapped */
    uint64_t frames;  /* of the domain */
    uint64_t tables;  /* how many of them, the last ones, are page tables */
};

/** Begins an address space, with a root. Returns false when frames run out. */
bool space_open(struct space *space, struct domain *domain, uint64_t physmap);

/**
 * Makes the tables for a range of virtual addresses, without mapping anything. Returns false when frames run
 * out.
 */
bool space_reserve(struct space *space, uint64_t address, uint64_t length);

/**
 * Fills the guest's memory: after this every pseudo-physical frame exists, zeroed, and is in the physmap. All
 * tables have to be reserved by then. Returns false when frames run out.
 */
bool space_populate(struct space *space);

/** The machine frame of a pseudo-physical frame. */
mfn_t space_frame(const struct space *space, pfn_t frame);

/** Maps a page at an address whose tables are reserved; flags are bits of a page-table entry. */
void space_map(struct space *space, uint64_t address, mfn_t frame, uint64_t flags);

/** Copies bytes to pseudo-physical memory, beginning at an address. */
void space_write(struct space *space, uint64_t physical, const void *bytes, uint64_t length);

/** How many frames the table of all machine frames takes, and writes it to pseudo-physical memory. */
uint64_t space_translation_frames(const struct space *space);
void space_translation_write(const struct space *space, pfn_t first);

#endif
