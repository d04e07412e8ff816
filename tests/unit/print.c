// SPDX-License-Identifier: MIT
// Formatted print. What ISO C defines is judged by the C library's snprintf.
#include "lib/print.h"

#include <criterion/criterion.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

// The function without the compiler looking at the format and its arguments.
static int (*volatile unchecked)(char *, size_t, const char *, ...) = print_format;

// Prints both ways and compares text and length.
#define SAME(...)                                                                                            \
    do {                                                                                                     \
        char mine[128], theirs[128];                                                                         \
        int my_length = print_format(mine, sizeof(mine), __VA_ARGS__);                                       \
        int their_length = snprintf(theirs, sizeof(theirs), __VA_ARGS__);                                    \
        cr_assert_str_eq(mine, theirs);                                                                      \
        cr_assert_eq(my_length, their_length);                                                               \
    } while (0)

Test(print, integers)
{
    SAME("%d %d %d", 0, -1, INT_MIN);
    SAME("%i %u %x %X", -42, UINT_MAX, 0xdeadbeefu, 0xdeadbeefu);
    SAME("%ld %lu %lx", LONG_MIN, ULONG_MAX, ULONG_MAX);
    SAME("%lld %llu %llx", LLONG_MIN, ULLONG_MAX, 0x123456789abcdefull);
    SAME("%zu %zx", (size_t)1 << 40, SIZE_MAX);
    SAME("%#x %#X %#x %#lx", 0xabu, 0xabu, 0u, 0x100000000ul);
}

Test(print, integers_narrower_than_an_int)
{
    short negative = -5;
    signed char small = -7;

    SAME("%hd %hu %hx", negative, (unsigned short)65535, (unsigned short)0xbeef);
    SAME("%hhd %hhu %hhx", small, (unsigned char)255, (unsigned char)0xef);
}

Test(print, an_int_ignores_what_its_register_held_above_it)
{
    char text[32];

    unchecked(text, sizeof(text), "%x %d", 0x1111111122222222, 0x33333333ffffffff);
    cr_assert_str_eq(text, "22222222 -1");
}

Test(print, width_and_padding)
{
    SAME("[%5d][%-5d][%05d][%5d]", 42, 42, 42, -42);
    SAME("[%05d][%-5d][%2d]", -42, -42, 12345);
    SAME("[%8x][%08x][%#8x][%#010x][%-#8x]", 0xabu, 0xabu, 0xabu, 0xabu, 0xabu);
    SAME("[%*d][%*d][%-*d]", 6, 1, -6, 2, 6, 3);
    SAME("[%016lx][%20lu]", 0xffffffff80000000ul, 1ul);
    SAME("[%3c][%-3c][%c]", 'a', 'b', 'c');
}

Test(print, padding_on_the_right_is_never_zeros)
{
    char text[16];

    unchecked(text, sizeof(text), "[%-05d][%0-4x]", 42, 0xab);
    cr_assert_str_eq(text, "[42   ][ab  ]");
}

Test(print, texts)
{
    SAME("%s|%10s|%-10s|%2s", "abc", "abc", "abc", "abc");
    SAME("%.2s|%.0s|%10.2s|%-10.2s|%.9s", "abc", "abc", "abc", "abc", "abc");
    SAME("%.*s|%.*s|%*.*s", 2, "abc", -1, "abc", 5, 1, "abc");
    SAME("100%% %s", "done");
}

Test(print, a_precision_stops_the_reading_of_a_text_without_end)
{
    char text[3] = {'a', 'b', 'c'};
    char out[8];

    cr_assert_eq(print_format(out, sizeof(out), "%.3s", text), 3);
    cr_assert_eq(memcmp(out, "abc", 4), 0);
}

Test(print, pointers_and_null)
{
    char text[64];
    const char *nothing = NULL;

    print_format(text, sizeof(text), "%p %p %s", (void *)0xffff800000001000, nothing, nothing);
    cr_assert_str_eq(text, "0xffff800000001000 0x0 (null)");
}

Test(print, cuts_at_the_size_and_returns_the_whole_length)
{
    char text[8] = "ZZZZZZZ";

    cr_assert_eq(print_format(text, 4, "%s", "abcdef"), 6);
    cr_assert_str_eq(text, "abc");
    cr_assert_eq(text[4], 'Z');
    cr_assert_eq(print_format(text, 1, "%d", 12345), 5);
    cr_assert_str_eq(text, "");
    text[0] = 'Z';
    cr_assert_eq(print_format(text, 0, "%d", 12345), 5);
    cr_assert_eq(text[0], 'Z');
    cr_assert_eq(print_format(NULL, 0, "abc"), 3);
}

Test(print, extreme_widths_are_bounded)
{
    char text[8];

    cr_assert_eq(unchecked(text, sizeof(text), "%*d", INT_MIN, 1), 10000);
    cr_assert_str_eq(text, "1      ");
    cr_assert_eq(unchecked(text, sizeof(text), "%*d", INT_MAX, 1), 10000);
    cr_assert_leq(unchecked(text, sizeof(text), "%99999999999d", 1), 10000);
}

Test(print, an_unknown_or_unfinished_conversion_stays_as_it_is)
{
    char text[32];

    unchecked(text, sizeof(text), "%q %5k|");
    cr_assert_str_eq(text, "%q %5k|");
    unchecked(text, sizeof(text), "%hhhx|", 1);
    cr_assert_str_eq(text, "%hhhx|");
    unchecked(text, sizeof(text), "50%");
    cr_assert_str_eq(text, "50%");
    unchecked(text, sizeof(text), "50%-08l");
    cr_assert_str_eq(text, "50%-08l");
}
