// SPDX-License-Identifier: MIT
// An intrusive heap: the entry with the least key is at hand, and to add or remove any takes a number of
// steps that grows with the logarithm of how many there are, at worst and not only on average.
//
// It is a leftist tree (C. A. Crane, 1972) with links to the parents. An entry is in at most one heap for
// each `struct heap_link` that it has. A heap, and a link that is in none, is all zeros.
#ifndef PV_LIB_HEAP_H
#define PV_LIB_HEAP_H

#include <stdbool.h>
#include <stdint.h>

struct heap_link {
    uint64_t key; // the owner's, to be set before heap_add and left alone until heap_remove
    struct heap_link *parent, *left, *right;
    // 0: in no heap; else how many links the shortest way down from here has, this one among them.
    uint32_t rank;
};

struct heap {
    struct heap_link *least; // NULL: the heap is empty; of several with the same key, any
};

// True if the link is in a heap.
static inline bool heap_has(const struct heap_link *link)
{
    return link->rank != 0;
}

// Adds a link that is in no heap.
void heap_add(struct heap *heap, struct heap_link *link);

// Takes a link out of the heap, if it is in it; it is in none afterwards, and may be removed again.
void heap_remove(struct heap *heap, struct heap_link *link);

#endif
