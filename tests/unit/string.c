// SPDX-License-Identifier: MIT
// The freestanding primitives, under names of their own so that they stand beside the C library's, which is
// the judge.
#include <criterion/criterion.h>
#include <stdint.h>
#include <string.h>

#define memcpy  lib_memcpy
#define memmove lib_memmove
#define memset  lib_memset
#define memcmp  lib_memcmp
#define strlen  lib_strlen
#define strcmp  lib_strcmp
#define strncmp lib_strncmp
#define strchr  lib_strchr
#include "lib/string.c" // NOLINT(bugprone-suspicious-include)
#undef memcpy
#undef memmove
#undef memset
#undef memcmp
#undef strlen
#undef strcmp
#undef strncmp
#undef strchr

enum { AREA = 64 };

static void area_fill(uint8_t *area)
{
    for (int i = 0; i < AREA; i++)
        area[i] = (uint8_t)(i * 7 + 1);
}

static int sign(int value)
{
    return (value > 0) - (value < 0);
}

Test(string, memcpy_copies_exactly_the_bytes_asked_for)
{
    for (size_t size = 0; size <= 40; size++) {
        for (size_t shift = 0; shift < 8; shift++) {
            uint8_t from[AREA], mine[AREA] = {0}, theirs[AREA] = {0};

            area_fill(from);
            cr_assert(lib_memcpy(mine + shift, from + 3, size) == mine + shift);
            memcpy(theirs + shift, from + 3, size);
            cr_assert_arr_eq(mine, theirs, AREA);
        }
    }
}

Test(string, memmove_copes_with_overlap_in_both_directions)
{
    for (size_t size = 0; size <= 24; size++) {
        for (size_t from = 0; from < 32; from++) {
            uint8_t mine[AREA], theirs[AREA];

            area_fill(mine);
            area_fill(theirs);
            cr_assert(lib_memmove(mine + 16, mine + from, size) == mine + 16);
            memmove(theirs + 16, theirs + from, size);
            cr_assert_arr_eq(mine, theirs, AREA, "%zu bytes from %zu to 16", size, from);
        }
    }
}

Test(string, memmove_leaves_the_direction_flag_clear)
{
    uint8_t area[AREA];
    uint64_t flags;

    area_fill(area);
    lib_memmove(area + 1, area, 8);
    __asm__ volatile("pushfq; popq %0" : "=r"(flags));
    cr_assert_eq(flags & 0x400, 0);
}

Test(string, memset_sets_exactly_the_bytes_asked_for_to_the_low_byte)
{
    for (int value = 0xa5; value < 0x300; value += 0x100) {
        for (size_t size = 0; size <= 40; size++) {
            uint8_t mine[AREA], theirs[AREA];

            area_fill(mine);
            area_fill(theirs);
            cr_assert(lib_memset(mine + 5, value, size) == mine + 5);
            memset(theirs + 5, value, size);
            cr_assert_arr_eq(mine, theirs, AREA);
        }
    }
}

Test(string, memcmp_orders_unsigned_bytes)
{
    cr_assert_eq(lib_memcmp("abc", "abd", 2), 0);
    cr_assert_lt(lib_memcmp("abc", "abd", 3), 0);
    cr_assert_gt(lib_memcmp("\x80", "\x7f", 1), 0);
    cr_assert_eq(lib_memcmp("x", "y", 0), 0);
}

Test(string, text_functions_agree_with_the_c_library)
{
    static const char *const texts[] = {"", "a", "ab", "abc", "abd", "\x80", "b", "hypercall", "hyper"};
    const size_t count = sizeof(texts) / sizeof(texts[0]);

    for (size_t i = 0; i < count; i++) {
        cr_assert_eq(lib_strlen(texts[i]), strlen(texts[i]));
        for (int c = 0; c < 256; c++)
            cr_assert(lib_strchr(texts[i], c) == strchr(texts[i], c));
        for (size_t j = 0; j < count; j++) {
            cr_assert_eq(sign(lib_strcmp(texts[i], texts[j])), sign(strcmp(texts[i], texts[j])));
            for (size_t size = 0; size < 5; size++)
                cr_assert_eq(sign(lib_strncmp(texts[i], texts[j], size)),
                             sign(strncmp(texts[i], texts[j], size)));
        }
    }
}

Test(string, text_copy_terminates_and_says_whether_it_cut)
{
    char area[8] = "ZZZZZZZ";

    cr_assert(text_copy(area, 4, "abc"));
    cr_assert_str_eq(area, "abc");
    cr_assert_eq(area[4], 'Z');
    cr_assert_not(text_copy(area, 4, "wxyz"));
    cr_assert_str_eq(area, "wxy");
    cr_assert_eq(area[4], 'Z');
    cr_assert_not(text_copy(area, 1, "a"));
    cr_assert_str_eq(area, "");
    cr_assert(text_copy(area, 1, ""));
}
