// SPDX-License-Identifier: MIT
// Bitmap searches and runs, a word at a time. Any `from`, `count` and `align` are safe: what comes from the
// caller is compared with the size before it is added to, and a size that memory can hold is far from
// wrapping around.
#include "lib/bitmap.h"

// The bits of word `word` that belong to the run [first, first + count), which is not empty.
static uint64_t run_mask(uint64_t word, uint64_t first, uint64_t count)
{
    uint64_t last = first + count - 1;
    uint64_t mask = UINT64_MAX;

    if (word == first / 64)
        mask &= UINT64_MAX << first % 64;
    if (word == last / 64)
        mask &= UINT64_MAX >> (63 - last % 64);
    return mask;
}

void bitmap_set_run(struct bitmap *bitmap, uint64_t first, uint64_t count)
{
    for (uint64_t word = first / 64; count != 0 && word <= (first + count - 1) / 64; word++)
        bitmap->words[word] |= run_mask(word, first, count);
}

void bitmap_clear_run(struct bitmap *bitmap, uint64_t first, uint64_t count)
{
    for (uint64_t word = first / 64; count != 0 && word <= (first + count - 1) / 64; word++)
        bitmap->words[word] &= ~run_mask(word, first, count);
}

// The first bit in [from, end) that is 1 after the exclusive or with `flip`, or `end`. `end` is at most the
// size.
static uint64_t bitmap_scan(const struct bitmap *bitmap, uint64_t from, uint64_t end, uint64_t flip)
{
    while (from < end) {
        uint64_t bits = (bitmap->words[from / 64] ^ flip) >> from % 64;

        if (bits != 0) {
            from += (unsigned int)__builtin_ctzll(bits);
            return from < end ? from : end;
        }
        from = (from / 64 + 1) * 64;
    }
    return end;
}

uint64_t bitmap_find_clear(const struct bitmap *bitmap, uint64_t from)
{
    uint64_t found = bitmap_scan(bitmap, from, bitmap->size, UINT64_MAX);

    return found < bitmap->size ? found : BITMAP_NONE;
}

uint64_t bitmap_find_clear_run(const struct bitmap *bitmap, uint64_t from, uint64_t count, uint64_t align)
{
    uint64_t size = bitmap->size;

    for (;;) {
        from = bitmap_scan(bitmap, from, size, UINT64_MAX);
        if (from >= size)
            return BITMAP_NONE;
        from = (from + align - 1) & ~(align - 1);
        if (from >= size || count > size - from)
            return BITMAP_NONE;
        uint64_t taken = bitmap_scan(bitmap, from, from + count, 0);

        if (taken == from + count)
            return from;
        from = taken;
    }
}
