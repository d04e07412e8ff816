// SPDX-License-Identifier: MIT
// A bitmap of any length over words that the caller owns. Made for millions of bits: searches go by words
// of 64. Bits at and beyond `size` are never looked at. Indices are the caller's to keep below `size`.
#ifndef PV_LIB_BITMAP_H
#define PV_LIB_BITMAP_H

#include <stdbool.h>
#include <stdint.h>

// What a search returns that finds nothing.
#define BITMAP_NONE UINT64_MAX

// Words that hold `size` bits.
#define BITMAP_WORDS(size) (((size) + 63) / 64)

struct bitmap {
    uint64_t *words; // BITMAP_WORDS(size) of them; bit i is bit i % 64 of word i / 64
    uint64_t size;   // in bits
};

// Sets one bit.
static inline void bitmap_set(struct bitmap *bitmap, uint64_t index)
{
    bitmap->words[index / 64] |= 1ull << index % 64;
}

// Clears one bit.
static inline void bitmap_clear(struct bitmap *bitmap, uint64_t index)
{
    bitmap->words[index / 64] &= ~(1ull << index % 64);
}

// Reads one bit.
static inline bool bitmap_test(const struct bitmap *bitmap, uint64_t index)
{
    return (bitmap->words[index / 64] >> index % 64 & 1) != 0;
}

// Sets or clears the `count` bits from `first`.
void bitmap_set_run(struct bitmap *bitmap, uint64_t first, uint64_t count);
void bitmap_clear_run(struct bitmap *bitmap, uint64_t first, uint64_t count);

// The first clear bit at or after `from`, or BITMAP_NONE.
uint64_t bitmap_find_clear(const struct bitmap *bitmap, uint64_t from);

// The first run of `count` (at least 1) clear bits at or after `from` whose index is a multiple of `align`
// (a power of two), or BITMAP_NONE.
uint64_t bitmap_find_clear_run(const struct bitmap *bitmap, uint64_t from, uint64_t count, uint64_t align);

#endif
