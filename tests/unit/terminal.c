// SPDX-License-Identifier: MIT
// The terminal that everybody shares: what a person sees after each step, kept by a small model of a
// screen.
#include "core/terminal.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

// The rows of an endless screen, and the place of the cursor.
static char rows[32][1024];
static size_t row, cursor;

static void erase_end(void)
{
    memset(rows[row] + cursor, 0, sizeof(rows[row]) - cursor);
}

static void model(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\n') {
            row++;
            cursor = 0;
        } else if (text[i] == '\r') {
            cursor = 0;
        } else if (text[i] == '\b') {
            cursor--;
        } else if (length - i >= 3 && memcmp(text + i, "\033[K", 3) == 0) {
            erase_end();
            i += 2;
        } else if (length - i >= 3 && memcmp(text + i, "\033[A", 3) == 0) {
            row--;
            i += 2;
        } else {
            rows[row][cursor++] = text[i];
        }
    }
}

// What is above the bottom line, with a newline after each row.
static const char *above(void)
{
    static char text[sizeof(rows)];
    size_t length = 0;

    text[0] = '\0';
    for (size_t i = 0; i < row; i++)
        length += (size_t)snprintf(text + length, sizeof(text) - length, "%s\n", rows[i]);
    return text;
}

static const char *bottom(void)
{
    return rows[row];
}

static void prompt(const char *prefix, const char *text, size_t back)
{
    terminal_prompt(prefix, text, strlen(text), back);
}

static void line(const char *prefix, const char *text)
{
    terminal_line(prefix, text, strlen(text));
}

static void panel(const char *text)
{
    terminal_panel(text, strlen(text));
}

static void open_model(void)
{
    terminal_sinks_remove();
    terminal_sink_add(model);
}

TestSuite(terminal, .init = open_model);

Test(terminal, lines_come_with_their_prefix)
{
    line("[a] ", "one");
    line("(pv) ", "two");
    cr_expect_str_eq(above(), "[a] one\n(pv) two\n");
    cr_expect_str_eq(bottom(), "");
}

Test(terminal, a_prompt_stays_below_the_lines_of_others)
{
    prompt("[a] ", "$ ls", 0);
    line("[b] ", "noise");
    cr_expect_str_eq(above(), "[b] noise\n");
    cr_expect_str_eq(bottom(), "[a] $ ls");
    cr_expect_eq(cursor, strlen("[a] $ ls"));
}

Test(terminal, a_prompt_grows_and_becomes_the_line_that_it_began)
{
    prompt("[a] ", "$ l", 0);
    prompt("[a] ", "$ ls", 0);
    line("[a] ", "$ ls");
    cr_expect_str_eq(above(), "[a] $ ls\n");
    cr_expect_str_eq(bottom(), "");
    prompt("[a] ", "$ ls again", 0);
    cr_expect_str_eq(bottom(), "[a] $ ls again");
}

Test(terminal, a_shorter_prompt_leaves_nothing_of_the_longer_one)
{
    prompt("[a] ", "$ long", 0);
    prompt("[a] ", "$ ", 0);
    cr_expect_str_eq(bottom(), "[a] $ ");
    prompt("", "", 0);
    cr_expect_str_eq(bottom(), "");
}

Test(terminal, the_cursor_stands_inside_of_the_prompt_also_after_a_line_of_another)
{
    prompt("[a] ", "$ lss", 2);
    cr_expect_eq(cursor, strlen("[a] $ l"));
    line("[b] ", "noise");
    cr_expect_str_eq(bottom(), "[a] $ lss");
    cr_expect_eq(cursor, strlen("[a] $ l"));
    prompt("[a] ", "$ lss", 0);
    cr_expect_eq(cursor, strlen("[a] $ lss"));
}

Test(terminal, a_line_ends_whole_although_the_cursor_stood_inside)
{
    prompt("[a] ", "$ lss", 2);
    line("[a] ", "$ lss!");
    prompt("", "", 0);
    cr_expect_str_eq(above(), "[a] $ lss!\n");
    cr_expect_str_eq(bottom(), "");
}

Test(terminal, a_line_that_is_too_long_is_cut)
{
    char text[TERMINAL_LINE * 2];

    memset(text, 'x', sizeof(text));
    terminal_line("[a] ", text, sizeof(text));
    cr_expect_eq(strlen(above()), TERMINAL_LINE + 1);
}

Test(terminal, a_panel_stays_between_the_lines_and_the_prompt)
{
    prompt("[a] ", "$ lss", 1);
    panel("one\ntwo\n");
    cr_expect_str_eq(above(), "one\ntwo\n");
    line("[b] ", "noise");
    cr_expect_str_eq(above(), "[b] noise\none\ntwo\n");
    cr_expect_str_eq(bottom(), "[a] $ lss");
    cr_expect_eq(cursor, strlen("[a] $ ls"));
    prompt("[a] ", "$ ls", 0);
    line("[a] ", "$ ls");
    cr_expect_str_eq(above(), "[b] noise\n[a] $ ls\none\ntwo\n");
    cr_expect_str_eq(bottom(), "");
}

Test(terminal, a_panel_is_drawn_over_the_last_one)
{
    line("", "before");
    prompt("[a] ", "$ ", 0);
    panel("a long row\nanother\nthird\n");
    panel("short\n");
    cr_expect_str_eq(above(), "before\nshort\n");
    cr_expect_str_eq(bottom(), "[a] $ ");
    panel("");
    cr_expect_str_eq(above(), "before\n");
    cr_expect_str_eq(bottom(), "[a] $ ");
    line("", "after");
    cr_expect_str_eq(above(), "before\nafter\n");
}

Test(terminal, a_panel_that_is_too_large_is_cut_after_a_row)
{
    static char text[TERMINAL_PANEL + 100];

    for (size_t i = 0; i < sizeof(text); i++)
        text[i] = i % 10 == 9 ? '\n' : 'x';
    terminal_panel(text, sizeof(text));
    cr_expect_eq(row, TERMINAL_PANEL_ROWS);
    memset(text, 'y', sizeof(text));
    text[9] = '\n';
    text[sizeof(text) - 1] = '\n';
    terminal_panel(text, sizeof(text));
    cr_expect_str_eq(above(), "yyyyyyyyy\n");
    terminal_panel(text, 9); // a row without its end is none
    cr_expect_str_eq(above(), "");
}
