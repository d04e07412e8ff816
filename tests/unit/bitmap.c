// SPDX-License-Identifier: MIT
// The bitmap. Searches are compared with a bit-by-bit search over many patterns.
#include "lib/bitmap.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

enum { SIZE = 200 };

static uint64_t words[BITMAP_WORDS(SIZE)];
static struct bitmap bitmap = {.words = words, .size = SIZE};

// The answer by definition.
static uint64_t run_by_bits(uint64_t from, uint64_t count, uint64_t align)
{
    for (; from + count <= SIZE; from++) {
        uint64_t clear = 0;

        while (clear < count && !bitmap_test(&bitmap, from + clear))
            clear++;
        if (from % align == 0 && clear == count)
            return from;
    }
    return BITMAP_NONE;
}

Test(bitmap, set_test_and_clear_touch_one_bit)
{
    for (uint64_t i = 0; i < SIZE; i++) {
        bitmap_set(&bitmap, i);
        for (uint64_t j = 0; j < SIZE; j++)
            cr_assert_eq(bitmap_test(&bitmap, j), i == j);
        bitmap_clear(&bitmap, i);
        cr_assert_not(bitmap_test(&bitmap, i));
    }
}

Test(bitmap, runs_set_and_clear_exactly_their_bits)
{
    for (uint64_t first = 0; first < SIZE; first += 9) {
        for (uint64_t count = 0; first + count <= SIZE; count++) {
            memset(words, 0, sizeof(words));
            bitmap_set_run(&bitmap, first, count);
            for (uint64_t i = 0; i < SIZE; i++)
                cr_assert_eq(bitmap_test(&bitmap, i), i >= first && i < first + count);
            memset(words, 0xff, sizeof(words));
            bitmap_clear_run(&bitmap, first, count);
            for (uint64_t i = 0; i < SIZE; i++)
                cr_assert_eq(bitmap_test(&bitmap, i), i < first || i >= first + count);
        }
    }
}

Test(bitmap, finds_the_first_clear_bit)
{
    bitmap_set_run(&bitmap, 0, SIZE);
    cr_assert_eq(bitmap_find_clear(&bitmap, 0), BITMAP_NONE);
    bitmap_clear(&bitmap, 63);
    bitmap_clear(&bitmap, 130);
    cr_assert_eq(bitmap_find_clear(&bitmap, 0), 63);
    cr_assert_eq(bitmap_find_clear(&bitmap, 63), 63);
    cr_assert_eq(bitmap_find_clear(&bitmap, 64), 130);
    cr_assert_eq(bitmap_find_clear(&bitmap, 131), BITMAP_NONE);
    cr_assert_eq(bitmap_find_clear(&bitmap, UINT64_MAX), BITMAP_NONE);
}

Test(bitmap, bits_beyond_the_size_are_never_found)
{
    memset(words, 0, sizeof(words));
    bitmap_set_run(&bitmap, 0, SIZE);
    cr_assert_eq(bitmap_find_clear(&bitmap, 0), BITMAP_NONE);
    cr_assert_eq(bitmap_find_clear_run(&bitmap, 0, 1, 1), BITMAP_NONE);
    bitmap_clear_run(&bitmap, SIZE - 4, 4);
    cr_assert_eq(bitmap_find_clear_run(&bitmap, 0, 4, 1), SIZE - 4);
    cr_assert_eq(bitmap_find_clear_run(&bitmap, 0, 5, 1), BITMAP_NONE);
}

Test(bitmap, runs_are_found_as_a_search_by_bits_finds_them)
{
    srand(1);
    for (int round = 0; round < 300; round++) {
        memset(words, 0, sizeof(words));
        for (int i = 0; i < round / 3; i++)
            bitmap_set(&bitmap, (uint64_t)rand() % SIZE);
        for (uint64_t count = 1; count < 90; count += 1 + count / 4) {
            for (uint64_t align = 1; align <= 64; align *= 4) {
                uint64_t from = (uint64_t)rand() % SIZE;

                cr_assert_eq(bitmap_find_clear_run(&bitmap, from, count, align),
                             run_by_bits(from, count, align));
            }
        }
    }
}

Test(bitmap, sums_that_would_wrap_around_find_nothing)
{
    memset(words, 0, sizeof(words));
    cr_assert_eq(bitmap_find_clear_run(&bitmap, 0, UINT64_MAX, 1), BITMAP_NONE);
    cr_assert_eq(bitmap_find_clear_run(&bitmap, 1, UINT64_MAX, 1), BITMAP_NONE);
    cr_assert_eq(bitmap_find_clear_run(&bitmap, UINT64_MAX, 1, 1), BITMAP_NONE);
    cr_assert_eq(bitmap_find_clear_run(&bitmap, 1, 1, 1ull << 63), BITMAP_NONE);
}
