// SPDX-License-Identifier: MIT
// Entries of directories: a name, and the node that it leads to. Nothing is checked here; directory.h has the
// rules.
#ifndef PV_KERNEL_ENTRY_H
#define PV_KERNEL_ENTRY_H

#include <stdint.h>

#include "kernel/node.h"

struct entry {
    struct entry *next;
    struct node *node; // of which this is one link
    uint64_t position;
    char name[];
};

// Where the pointer to a name's entry is; if there is no such name, where it would be: it is NULL.
struct entry **entry_place(struct node *directory, const char *name);

// An entry that is in no directory yet. NULL: no memory.
struct entry *entry_create(const char *name);

// Puts an entry of a new name into a directory; the node has one link more.
void entry_insert(struct node *directory, struct entry *entry, struct node *node);

// Takes the entry at a place out of a directory and ends it; the node has one link less.
void entry_remove(struct node *directory, struct entry **place);

#endif
