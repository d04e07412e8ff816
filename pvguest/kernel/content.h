// SPDX-License-Identifier: MIT
// The bytes of a regular file: an image that lies somewhere in the kernel and is never written, or pages of
// their own, of which those without any other byte than 0 may be missing.
//
// Invariant: in pages, every byte behind the file's end is 0.
#ifndef PV_KERNEL_CONTENT_H
#define PV_KERNEL_CONTENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/string.h"

enum {
    CONTENT_TABLE = PAGE_SIZE / 8, // pages of one table
    CONTENT_TABLES = 8,
};
#define CONTENT_LIMIT ((uint64_t)CONTENT_TABLES * CONTENT_TABLE * PAGE_SIZE)

struct content {
    const uint8_t *image;             // NULL: the pages count
    uint8_t **tables[CONTENT_TABLES]; // each is a page; NULL where there are no pages
    uint64_t pages;                   // how many there are
};

// Whether there is memory for one thing more in the file system, which leaves a part to programs.
bool content_room(void);

// A page of zeros.
extern const uint8_t content_zeros[PAGE_SIZE];

// The page with a number, below CONTENT_LIMIT / PAGE_SIZE; NULL: all its bytes are 0. Of an image only
// those bytes may be read that are in the file.
const uint8_t *content_page(const struct content *content, uint64_t number);

// The same, for writing; there must be no image. It is made if it was missing. NULL: no memory.
uint8_t *content_page_writable(struct content *content, uint64_t number);

// Puts pages in the place of the image, if there is one, with its first `size` bytes. False: no memory, and
// nothing has changed.
bool content_own(struct content *content, uint64_t size);

// Drops all that is at and behind an offset. There must be no image, unless the offset is 0.
void content_cut(struct content *content, uint64_t offset);

#endif
