// SPDX-License-Identifier: MIT
// The line that a guest writes: what line editing needs works, and nothing that a guest prints gets out of
// it.
#include "core/line.h"

#include <criterion/criterion.h>
#include <string.h>

static struct line line;

static bool put(const char *text)
{
    bool ended = false;

    for (; *text != '\0'; text++) {
        ended = line_put(&line, *text);
    }
    return ended;
}

static void expect(const char *text, unsigned cursor)
{
    cr_expect_eq(line.length, strlen(text), "length %u of '%.*s'", line.length, line.length, line.text);
    cr_expect(memcmp(line.text, text, strlen(text)) == 0, "saw '%.*s', expected '%s'", line.length, line.text,
              text);
    cr_expect_eq(line.cursor, cursor, "cursor at %u, expected %u", line.cursor, cursor);
}

static void empty(void)
{
    memset(&line, 0, sizeof(line));
}

TestSuite(line, .init = empty);

Test(line, characters_follow_each_other_and_a_newline_ends)
{
    cr_expect_not(put("ab c"));
    expect("ab c", 4);
    cr_expect(put("\n"));
    line_clear(&line);
    expect("", 0);
}

Test(line, backspace_moves_and_the_next_character_overwrites)
{
    put("abc\b\bX");
    expect("aXc", 2);
}

Test(line, backspace_stops_at_the_beginning)
{
    put("a\b\b\b\bX");
    expect("X", 1);
}

Test(line, carriage_return_before_a_newline_keeps_the_text)
{
    cr_expect(put("whole\r\n"));
    expect("whole", 0);
}

Test(line, a_progress_bar_overwrites_itself)
{
    put("10 %\r99 %");
    expect("99 %", 4);
}

Test(line, tabs_go_to_the_next_stop)
{
    put("ab\tc");
    expect("ab      c", 9);
}

Test(line, cursor_sequences_move_within_the_text_only)
{
    put("abcd\033[2DX");
    expect("abXd", 3);
    put("\033[99C!");
    expect("abXd!", 5);
    put("\033[99DY");
    expect("YbXd!", 1);
}

Test(line, erasing_to_the_end_takes_what_is_behind_the_cursor)
{
    put("abcd\b\b\033[K");
    expect("ab", 2);
}

Test(line, other_sequences_and_controls_leave_nothing)
{
    put("\033[2J\033[1;31mred\033[0m\a\x0e\x7f\033c\033[5A!");
    expect("red!", 4);
}

Test(line, a_sequence_cut_by_a_newline_does_not_swallow_the_next_line)
{
    cr_expect(put("a\033[12\n"));
    line_clear(&line);
    put("12");
    expect("12", 2);
}

Test(line, what_is_not_ascii_is_replaced)
{
    put("a\x9b"
        "2K\x85");
    expect("a?2K?", 5);
}

Test(line, a_control_character_ends_a_sequence)
{
    put("a\033[\b2");
    expect("2", 1);
}

Test(line, a_full_line_refuses_the_next_character_and_no_more_is_written)
{
    for (unsigned i = 0; i < LINE_SIZE; i++) {
        cr_assert_not(line_put(&line, 'x'));
    }
    cr_expect(line_put(&line, 'y'));
    cr_expect(line_put(&line, '\t'));
    cr_expect_eq(line.length, LINE_SIZE);
    cr_expect_eq(line.text[LINE_SIZE - 1], 'x');
}
