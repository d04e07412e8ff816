// SPDX-License-Identifier: MIT
// The page tables of one address space: a tree of them, made where an entry is needed, and kept until the
// space goes. Beside the tables themselves, which the shim has, there is one record for each but the root, so
// that all can be found without a search.
//
// To make and link tables is much of what a new process costs, and most processes need the same ones. So
// small trees without pages are kept for the next space.
#ifndef PV_KERNEL_TREE_H
#define PV_KERNEL_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pvops/pvops.h"

// Bytes of addresses that a level-1 table covers.
#define TREE_LEAF_SPAN ((uint64_t)1 << 21)

struct tree_table {
    struct tree_table *next;
    uint64_t physical;
    uint64_t start;    // first address that it covers
    pv_entry_at above; // the entry that leads to it
    unsigned level;    // 1 to 3
    pv_entry_at copy;  // of a leaf: the one for the same addresses in the tree that tree_copy() made last
};

struct tree {
    uint64_t root;             // physical address
    struct tree_table *leaves; // level-1 tables, in no order
    struct tree_table *inner;  // those of levels 2 and 3
    unsigned count;            // of both
    uint64_t found_start;      // of the leaf that was looked for last,
    pv_entry_at found;         // and its entries; NULL: none
};

// Makes a tree in which no page is mapped. False: no memory.
bool tree_create(struct tree *tree);

// Gives up a tree in which no page is mapped any more, and which is not active. Not in lazy mode.
void tree_destroy(struct tree *tree);

// Makes a tree with a leaf wherever `from` has one, in which no page is mapped; `copy` of those is set. Not
// in lazy mode. False: no memory, and nothing is left of it.
bool tree_copy(struct tree *tree, const struct tree *from);

// Gives up the trees that are kept, and the tables that the shim keeps: their frames are free then.
void trees_trim(void);

// Where the level-1 entry of a user address is; NULL if it has no table. Not in lazy mode.
pv_entry_at tree_find(struct tree *tree, uint64_t address);

// The same, but makes the tables that are missing. NULL: no memory.
pv_entry_at tree_make(struct tree *tree, uint64_t address);

#endif
