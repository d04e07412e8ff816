// SPDX-License-Identifier: MIT
//
// The screen is checked by what a person would see in video memory. Every memory lies between guard zones,
// which must stay as they are.
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "x86/font.h"
#include "x86/screen.h"

TestSuite(screen);

enum {
    GUARD = 4096,
    GUARD_BYTE = 0xa5,
    COLUMNS = 10,
    ROWS = 3,
    NORMAL = 0x07,
    INVERSE = 0x70,
};

// Video memory of a given size between two guard zones.
struct memory {
    uint8_t *all;
    uint8_t *video;
    size_t size;
};

static struct memory memory_make(size_t size)
{
    struct memory memory = {.all = malloc(size + 2 * (size_t)GUARD), .size = size};

    cr_assert_not_null(memory.all);
    memset(memory.all, GUARD_BYTE, size + 2 * (size_t)GUARD);
    memory.video = memory.all + GUARD;
    return memory;
}

static bool untouched(const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (bytes[i] != GUARD_BYTE)
            return false;
    return true;
}

static void memory_end(struct memory *memory)
{
    cr_expect(untouched(memory->all, GUARD), "written before the video memory");
    cr_expect(untouched(memory->video + memory->size, GUARD), "written behind the video memory");
    free(memory->all);
}

static struct screen screen;
static struct memory memory;

static void text_begin(void)
{
    memory = memory_make(2 * (size_t)COLUMNS * ROWS);
    cr_assert(screen_open_text(&screen, memory.video, COLUMNS, ROWS));
}

static void end(void)
{
    memory_end(&memory);
}

static void say(const char *text)
{
    screen_write(&screen, text, strlen(text));
}

// The text of one row without the blanks at its end.
static const char *row_text(unsigned row)
{
    static char text[COLUMNS + 1];
    size_t length = 0;

    for (unsigned column = 0; column < COLUMNS; column++) {
        text[column] = (char)memory.video[2 * ((size_t)row * COLUMNS + column)];
        if (text[column] != ' ')
            length = column + 1;
    }
    text[length] = 0;
    return text;
}

static void expect_rows(const char *first, const char *second, const char *third)
{
    cr_expect_str_eq(row_text(0), first);
    cr_expect_str_eq(row_text(1), second);
    cr_expect_str_eq(row_text(2), third);
}

// Exactly this cell is inverted, all others are not.
static void expect_cursor(unsigned row, unsigned column)
{
    for (unsigned i = 0; i < COLUMNS * ROWS; i++) {
        unsigned expected = i == row * COLUMNS + column ? INVERSE : NORMAL;

        cr_expect_eq(memory.video[2 * (size_t)i + 1], expected,
                     "attribute %#x at row %u column %u, cursor at %u %u", memory.video[2 * (size_t)i + 1],
                     i / COLUMNS, i % COLUMNS, row, column);
    }
}

#define TEXT_TEST(name) Test(screen, name, .init = text_begin, .fini = end)

TEXT_TEST(opens_blank_with_the_cursor_at_home)
{
    cr_expect(screen_present(&screen));
    expect_rows("", "", "");
    expect_cursor(0, 0);
}

TEXT_TEST(opened_again_it_begins_anew)
{
    say("one\ntwo\033[");
    cr_assert(screen_open_text(&screen, memory.video, COLUMNS, ROWS));
    expect_rows("", "", "");
    expect_cursor(0, 0);
    say("Hi");
    expect_rows("Hi", "", "");
}

TEXT_TEST(text_appears_and_the_cursor_follows)
{
    say("Hi there");
    expect_rows("Hi there", "", "");
    expect_cursor(0, 8);
}

TEXT_TEST(newline_begins_the_next_line_with_and_without_return)
{
    say("one\ntwo\r\nthree");
    expect_rows("one", "two", "three");
    expect_cursor(2, 5);
}

TEXT_TEST(long_lines_wrap_at_the_right_edge)
{
    say("0123456789ab");
    expect_rows("0123456789", "ab", "");
    expect_cursor(1, 2);
}

TEXT_TEST(a_full_line_and_its_newline_take_one_row)
{
    say("0123456789");
    expect_cursor(0, 9);
    say("\nnext");
    expect_rows("0123456789", "next", "");
}

TEXT_TEST(text_scrolls_at_the_bottom)
{
    say("one\ntwo\nthree\nfour");
    expect_rows("two", "three", "four");
    say("\n");
    expect_rows("three", "four", "");
    expect_cursor(2, 0);
}

TEXT_TEST(wrapping_on_the_last_row_scrolls)
{
    say("one\ntwo\n0123456789x");
    expect_rows("two", "0123456789", "x");
}

TEXT_TEST(a_long_burst_leaves_the_last_lines)
{
    for (unsigned i = 0; i < 100; i++)
        say("old line\nolder\n\n\n");
    say("a\nb\nc");
    expect_rows("a", "b", "c");
    expect_cursor(2, 1);
}

TEXT_TEST(return_and_backspace_move_without_erasing)
{
    say("abcdef\rX\b\bY");
    expect_rows("Ybcdef", "", "");
    say("\b\b\b");
    expect_rows("Ybcdef", "", "");
    expect_cursor(0, 0);
}

TEXT_TEST(backspace_space_backspace_rubs_out_in_the_last_column)
{
    say("0123456789\b \b");
    expect_rows("012345678", "", "");
    expect_cursor(0, 9);
}

TEXT_TEST(tabs_stop_every_eight_columns_and_at_the_edge)
{
    say("a\tb\t");
    expect_rows("a       b", "", "");
    expect_cursor(0, 9);
    say("X\tY");
    expect_rows("a       bX", "Y", "");
}

TEXT_TEST(erase_in_line)
{
    say("0123456789\n0123456789\n0123456789");
    say("\033[1;4H\033[K\033[2;4H\033[1K\033[3;4H\033[2K");
    expect_rows("012", "    456789", "");
    expect_cursor(2, 3);
}

TEXT_TEST(erase_in_page)
{
    say("0123456789\n0123456789\n012345678\033[2;4H\033[J");
    expect_rows("0123456789", "012", "");
    say("\033[1;3H\033[1J");
    expect_rows("   3456789", "012", "");
    say("\033[2J\033[Htop");
    expect_rows("top", "", "");
    expect_cursor(0, 3);
}

TEXT_TEST(erasing_behind_a_full_line_keeps_it)
{
    say("0123456789\033[K");
    expect_rows("0123456789", "", "");
    say("\033[J");
    expect_rows("0123456789", "", "");
}

TEXT_TEST(erasing_up_to_the_end_of_a_line_keeps_the_next)
{
    say("\nnext\033[H0123456789\033[1K");
    expect_rows("", "next", "");
}

TEXT_TEST(positions_beyond_the_screen_stop_at_its_edge)
{
    say("\033[99999999999999999999;4294967297HX");
    expect_rows("", "", "         X");
    say("\033[0;0HY\033[;2HZ\033[1;2;3;4;5HZ");
    expect_rows("YZ", "", "         X");
}

TEXT_TEST(sequences_may_be_split_anywhere)
{
    static const char text[] = "abc\033[2;3Hdef\033[1;31mghi\033[?25l\033[K\033(Bjkl";
    uint8_t whole[2 * COLUMNS * ROWS];

    say(text);
    memcpy(whole, memory.video, sizeof(whole));
    for (size_t split = 0; split < sizeof(text) - 1; split++) {
        say("\033[2J\033[H");
        screen_write(&screen, text, split);
        screen_write(&screen, text + split, sizeof(text) - 1 - split);
        cr_expect_arr_eq(memory.video, whole, sizeof(whole), "split before byte %zu", split);
    }
}

TEXT_TEST(other_sequences_are_swallowed_whole)
{
    say("a\033[mb\033[1;31mc\033[?2004hd\033[2 qe\033[>0;1Jf\033(Bg\033=h");
    expect_rows("abcdefgh", "", "");
    say("\033[3J\033[7Ki\033\033[5n");
    expect_rows("abcdefghi", "", "");
    say("\r\033[?K\033[0 K\033[=2J");
    expect_rows("abcdefghi", "", "");
}

TEXT_TEST(a_sequence_left_open_ends_with_the_line)
{
    say("a\033[12\nb\033\nc");
    expect_rows("a", "b", "c");
}

TEXT_TEST(bytes_without_a_glyph_show_as_boxes_and_controls_not_at_all)
{
    static const char text[] = "\0\a\177a\200\377b\v\f\016";

    screen_write(&screen, text, sizeof(text) - 1);
    expect_rows("a\xfe\xfe"
                "b",
                "", "");
}

TEXT_TEST(the_cursor_goes_up_as_far_as_there_are_rows)
{
    say("one\ntwo\nabc\033[A");
    expect_cursor(1, 3);
    say("!\033[9A");
    expect_cursor(0, 4);
    say("\033[A\r\033[Knew");
    expect_rows("new", "two!", "abc");
}

Test(screen, a_single_cell_is_enough)
{
    memory = memory_make(2);
    cr_assert(screen_open_text(&screen, memory.video, 1, 1));
    say("abc\n\t\b\033[5;5H\033[Jxy\033[1Jz");
    cr_expect_eq(memory.video[0], 'z');
    memory_end(&memory);
}

Test(screen, the_largest_screen_fills_and_scrolls)
{
    unsigned last = SURFACE_COLUMNS_MAX * SURFACE_ROWS_MAX - 1;

    memory = memory_make(2 * (size_t)(last + 1));
    cr_assert(screen_open_text(&screen, memory.video, SURFACE_COLUMNS_MAX, SURFACE_ROWS_MAX));
    say("\033[999;999Hx");
    cr_expect_eq(memory.video[2 * (size_t)last], 'x');
    say("y");
    cr_expect_eq(memory.video[2 * (size_t)last], ' ');
    cr_expect_eq(memory.video[2 * (size_t)(last - SURFACE_COLUMNS_MAX)], 'x');
    memory_end(&memory);
}

Test(screen, a_text_buffer_of_impossible_size_is_refused)
{
    static const unsigned sizes[][2] = {{0, 25},   {80, 0},   {241, 25}, {80, 81},
                                        {256, 25}, {80, 256}, {~0U, ~0U}};

    memory = memory_make(0);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        cr_expect_not(screen_open_text(&screen, memory.video, sizes[i][0], sizes[i][1]));
        cr_expect_not(screen_present(&screen));
    }
    say("nothing may happen");
    memory_end(&memory);
}

static const struct screen_format format16 = {.bits_per_pixel = 16,
                                              .red_position = 11,
                                              .red_size = 5,
                                              .green_position = 5,
                                              .green_size = 6,
                                              .blue_size = 5};
static const struct screen_format format24 = {.bits_per_pixel = 24,
                                              .red_position = 16,
                                              .red_size = 8,
                                              .green_position = 8,
                                              .green_size = 8,
                                              .blue_size = 8};
static const struct screen_format format32 = {.bits_per_pixel = 32,
                                              .red_position = 16,
                                              .red_size = 8,
                                              .green_position = 8,
                                              .green_size = 8,
                                              .blue_size = 8};

static struct screen_format sized(struct screen_format format, uint32_t width, uint32_t height,
                                  uint32_t padding)
{
    format.width = width;
    format.height = height;
    format.pitch = width * ((format.bits_per_pixel + 7U) / 8) + padding;
    return format;
}

static void framebuffer_begin(const struct screen_format *format)
{
    memory = memory_make((size_t)format->height * format->pitch);
    cr_assert(screen_open_framebuffer(&screen, memory.video, format));
}

static uint32_t pixel(const struct screen_format *format, uint32_t x, uint32_t y)
{
    unsigned bytes = (format->bits_per_pixel + 7U) / 8;
    uint32_t value = 0;

    memcpy(&value, memory.video + (size_t)y * format->pitch + (size_t)x * bytes, bytes);
    return value;
}

// The letter L in its cell.
static const char letter[FONT_HEIGHT][FONT_WIDTH + 1] = {
    "........", "........", ".##.....", ".##.....", ".##.....", ".##.....", ".##.....", ".##.....",
    ".##.....", ".##.....", ".##.....", ".######.", "........", "........", "........", "........",
};

// The cell whose first pixel is x, y shows the letter L, each font pixel a square of the given side.
static void expect_letter(const struct screen_format *format, uint32_t x, uint32_t y, unsigned side,
                          uint32_t ink)
{
    for (uint32_t j = 0; j < FONT_HEIGHT * side; j++) {
        for (uint32_t i = 0; i < FONT_WIDTH * side; i++) {
            uint32_t expected = letter[j / side][i / side] == '#' ? ink : 0;
            uint32_t seen = pixel(format, x + i, y + j);

            cr_assert_eq(seen, expected, "saw %#x at %u %u, expected %#x", seen, x + i, y + j, expected);
        }
    }
}

static void letter_check(struct screen_format format, uint32_t ink)
{
    format = sized(format, 5 * FONT_WIDTH + 3, 3 * FONT_HEIGHT + 5, 7);
    framebuffer_begin(&format);
    say("\033[2;3HL");
    expect_letter(&format, 2 * FONT_WIDTH, FONT_HEIGHT, 1, ink);
    cr_expect_eq(pixel(&format, 3 * FONT_WIDTH, FONT_HEIGHT), ink, "no cursor behind the letter");
    cr_expect_eq(pixel(&format, 0, 0), 0, "the old cursor is still there");
    for (uint32_t y = 0; y < format.height; y++) {
        const uint8_t *end_of_row = memory.video + (size_t)(y + 1) * format.pitch;

        cr_expect_eq(pixel(&format, format.width - 1, y), 0, "the margin is not blank");
        cr_expect(untouched(end_of_row - 7, 7), "written between two rows");
    }
    memory_end(&memory);
}

Test(screen, draws_letters_with_16_bits_for_each_pixel)
{
    letter_check(format16, 0xd69a);
}

Test(screen, draws_letters_with_15_bits_for_each_pixel)
{
    struct screen_format format = format16;

    format.bits_per_pixel = 15;
    format.red_position = 10;
    format.green_size = 5;
    letter_check(format, 0x6b5a);
}

Test(screen, draws_letters_with_24_bits_for_each_pixel)
{
    letter_check(format24, 0xd0d0d0);
}

Test(screen, draws_letters_with_32_bits_for_each_pixel)
{
    letter_check(format32, 0xd0d0d0);
}

Test(screen, draws_letters_with_fields_of_10_bits)
{
    struct screen_format format = {.bits_per_pixel = 32,
                                   .red_position = 22,
                                   .red_size = 10,
                                   .green_position = 12,
                                   .green_size = 10,
                                   .blue_position = 2,
                                   .blue_size = 10};

    letter_check(format, 0x340U << 22 | 0x340U << 12 | 0x340U << 2);
}

Test(screen, large_screens_get_large_letters)
{
    struct screen_format format = sized(format32, 241 * FONT_WIDTH, 4 * FONT_HEIGHT, 0);

    framebuffer_begin(&format);
    say("\nL");
    expect_letter(&format, 0, 2 * FONT_HEIGHT, 2, 0xd0d0d0);
    memory_end(&memory);
}

Test(screen, bad_formats_are_refused_and_nothing_is_written)
{
    struct screen_format good = sized(format32, 80, 48, 0);
    struct screen_format bad[18];
    size_t count = sizeof(bad) / sizeof(bad[0]);

    for (size_t i = 0; i < count; i++)
        bad[i] = good;
    bad[0].bits_per_pixel = 8;
    bad[1].bits_per_pixel = 0;
    bad[2].bits_per_pixel = 255;
    bad[3].width = 0;
    bad[4].height = 0;
    bad[5].width = 7;
    bad[6].height = 15;
    bad[7].pitch = 80 * 4 - 1;
    bad[8].red_size = 0;
    bad[9].green_position = 25;
    bad[10].blue_size = 255;
    bad[11].blue_position = 255;
    bad[12].width = 0x40000000; // times 4 bytes wraps to 0 in 32 bits
    bad[13].height = UINT32_MAX;
    bad[14].width = 16385; // more than any screen has
    bad[14].pitch = 16385 * 4;
    bad[14].height = 480;
    bad[15].width = 9600; // the scale that this needs leaves no row
    bad[15].pitch = 9600 * 4;
    bad[15].height = 64;
    bad[16].bits_per_pixel = 17;
    bad[17].width = 640;
    bad[17].pitch = 640 * 4;
    bad[17].height = 16385;
    memory = memory_make((size_t)good.height * good.pitch);
    for (size_t i = 0; i < count; i++) {
        cr_expect_not(screen_open_framebuffer(&screen, memory.video, &bad[i]), "format %zu", i);
        cr_expect_not(screen_present(&screen));
    }
    say("nothing may happen");
    cr_expect(untouched(memory.video, memory.size));
    cr_expect(screen_open_framebuffer(&screen, memory.video, &good), "the format without a fault is refused");
    memory_end(&memory);
}

Test(screen, memory_that_would_wrap_around_is_refused)
{
    struct screen_format format = sized(format32, 80, 48, 0);

    // Never dereferenced: the format is refused first.
    cr_expect_not(
        screen_open_framebuffer(&screen, (void *)(UINTPTR_MAX - 80 * 4 * 48 + 1), &format)); // NOLINT
}

// How many cells of a text screen were written since all of them were filled with the guard byte.
static unsigned cells_written(unsigned cells)
{
    unsigned count = 0;

    for (unsigned i = 0; i < cells; i++)
        count += !untouched(memory.video + 2 * (size_t)i, 2);
    return count;
}

TEXT_TEST(only_cells_that_change_are_drawn)
{
    say("same\nsame\nsame");
    memset(memory.video, GUARD_BYTE, memory.size);
    say("!");
    cr_expect_eq(cells_written(COLUMNS * ROWS), 2, "a letter and the cursor, but %u cells were drawn",
                 cells_written(COLUMNS * ROWS));
    say("\b \b");
    memset(memory.video, GUARD_BYTE, memory.size);
    say("\rsame");
    cr_expect_eq(cells_written(COLUMNS * ROWS), 0, "writing the same again drew %u cells",
                 cells_written(COLUMNS * ROWS));
    memset(memory.video, GUARD_BYTE, memory.size);
    say("\nsame");
    cr_expect_eq(cells_written(COLUMNS * (ROWS - 1)), 0, "scrolling equal lines drew %u cells",
                 cells_written(COLUMNS * (ROWS - 1)));
}

// Text as a hostile guest would print it, with many of the bytes that mean something.
static size_t noise(char *text, size_t size)
{
    static const char meaning[] = "\033\033\033[[[;?0129HJKm\n\r\b\t  AB";

    for (size_t i = 0; i < size; i++)
        text[i] = (char)(rand() % 3 == 0 ? rand() : meaning[(size_t)rand() % (sizeof(meaning) - 1)]);
    return size;
}

// Writes noise to two screens, in one piece to the first and byte by byte to the second. What is drawn bit by
// bit must be what is drawn at once.
static void noise_check(bool (*open)(struct screen *screen, uint8_t *video), size_t size)
{
    static struct screen other;
    struct memory other_memory = memory_make(size);

    memory = memory_make(size);
    srand(1);
    cr_assert(open(&screen, memory.video));
    cr_assert(open(&other, other_memory.video));
    for (unsigned round = 0; round < 300; round++) {
        char text[200];
        size_t length = noise(text, (size_t)rand() % sizeof(text));

        screen_write(&screen, text, length);
        for (size_t i = 0; i < length; i++)
            screen_write(&other, text + i, 1);
        cr_assert_arr_eq(memory.video, other_memory.video, size, "the screens differ after round %u", round);
    }
    memory_end(&memory);
    memory_end(&other_memory);
}

static bool noise_text(struct screen *target, uint8_t *video)
{
    return screen_open_text(target, video, 13, 5);
}

static bool noise_framebuffer(struct screen *target, uint8_t *video)
{
    struct screen_format format = sized(format24, 13 * FONT_WIDTH + 7, 5 * FONT_HEIGHT + 15, 1);

    return screen_open_framebuffer(target, video, &format);
}

Test(screen, noise_stays_in_a_text_buffer)
{
    noise_check(noise_text, 2 * (size_t)13 * 5);
}

Test(screen, noise_stays_in_a_framebuffer)
{
    noise_check(noise_framebuffer, (3 * (13 * FONT_WIDTH + 7) + 1) * (size_t)(5 * FONT_HEIGHT + 15));
}

Test(screen, every_printable_character_looks_different)
{
    for (unsigned a = 0x20; a <= 0x7f; a++) {
        for (unsigned b = a + 1; b <= 0x7f; b++) {
            unsigned equal = 0;

            for (unsigned row = 0; row < FONT_HEIGHT; row++)
                equal += font_row((uint8_t)a, row) == font_row((uint8_t)b, row);
            cr_expect_lt(equal, FONT_HEIGHT, "%c and %c look the same", (int)a, (int)b);
        }
    }
}

Test(screen, characters_outside_ascii_look_like_the_box)
{
    for (unsigned character = 0; character < 256; character++) {
        if (character >= 0x20 && character < 0x7f)
            continue;
        for (unsigned row = 0; row < FONT_HEIGHT; row++)
            cr_expect_eq(font_row((uint8_t)character, row), font_row(0x7f, row));
        cr_expect_eq(font_row((uint8_t)character, 8), 0x7e);
    }
    cr_expect_eq(font_row('A', FONT_HEIGHT), 0);
    cr_expect_eq(font_row('A', ~0U), 0);
}
