// SPDX-License-Identifier: MIT
// The line of a terminal: corrections, ends, and what the screen shows of them.
#include "kernel/line.h"

#include <criterion/criterion.h>
#include <string.h>

static struct line line;
static char screen[8192];
static size_t shown;

static void show(const char *bytes, size_t size)
{
    memcpy(screen + shown, bytes, size);
    shown += size;
    screen[shown] = '\0';
}

static void screen_start(void)
{
    line.show = show;
}

TestSuite(kernel_line, .init = screen_start);

static void type(const char *keys)
{
    for (; *keys != '\0'; keys++)
        line_type(&line, *keys);
}

// Reads as a process does that asks for `size` bytes.
static const char *take(size_t size)
{
    static char text[LINE_SIZE + 1];
    struct line_part part = line_read(&line, true, text, size);

    line_drop(&line, part.used);
    text[part.size] = '\0';
    return text;
}

Test(kernel_line, nothing_can_be_read_before_the_end_of_the_line)
{
    type("ab");
    cr_assert(line_is_empty(&line));
    type("c\n");
    cr_assert_not(line_is_empty(&line));
    cr_assert_str_eq(take(100), "abc\n");
    cr_assert(line_is_empty(&line));
}

Test(kernel_line, one_read_gets_one_line_at_most)
{
    type("one\rtwo\n");
    cr_assert_str_eq(take(2), "on");
    cr_assert_str_eq(take(100), "e\n");
    cr_assert_str_eq(take(100), "two\n");
}

Test(kernel_line, characters_are_taken_back_up_to_the_line_s_beginning)
{
    type("x\nab\b\x7f\b\bc\n");
    cr_assert_str_eq(screen, "x\nab\b \b\b \bc\n");
    take(100);
    cr_assert_str_eq(take(100), "c\n");
}

Test(kernel_line, words_and_lines_are_taken_back)
{
    type("one two  \x17"
         "2\x15three\n");
    cr_assert_str_eq(take(100), "three\n");
    type("one two  \x17"
         "2\n");
    cr_assert_str_eq(take(100), "one 2\n");
}

Test(kernel_line, a_control_character_has_two_columns)
{
    type("\x01\b");
    cr_assert_str_eq(screen, "^A\b \b\b \b");
}

Test(kernel_line, the_end_of_the_input_is_read_once)
{
    type("\x04");
    cr_assert_not(line_is_empty(&line));
    cr_assert_str_eq(take(100), "");
    cr_assert(line_is_empty(&line));
    type("abc\x04next\n");
    cr_assert_str_eq(take(3), "abc", "the mark goes with the last byte");
    cr_assert_str_eq(take(100), "next\n");
}

Test(kernel_line, a_full_line_still_can_be_ended)
{
    for (int i = 0; i < 2 * LINE_SIZE; i++)
        type("m");
    cr_assert_eq(shown, LINE_SIZE - 1);
    type("\n");
    cr_assert_eq(strlen(take(LINE_SIZE)), LINE_SIZE);
    cr_assert(line_is_empty(&line));
}

Test(kernel_line, without_lines_every_byte_comes_as_it_was_typed)
{
    static const char keys[] = "\r\x04\x15\x7f";
    char text[sizeof(keys)] = "";

    for (size_t i = 0; i < strlen(keys); i++)
        line_append(&line, keys[i]);
    cr_assert_eq(line_read(&line, false, text, sizeof(text)).size, strlen(keys));
    cr_assert_str_eq(text, keys);
}

Test(kernel_line, what_is_not_shown_can_be_read)
{
    line.show = NULL;
    type("secret\n");
    cr_assert_eq(shown, 0);
    cr_assert_str_eq(take(100), "secret\n");
}
