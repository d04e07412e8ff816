// SPDX-License-Identifier: MIT
// The terminal that everybody shares: what a person sees after each step, kept by a small model of a screen
// row.
#include "core/terminal.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

// All finished lines, and the row at the bottom as it looks now.
static char finished[4096];
static size_t finished_length;
static char bottom[1024];
static size_t cursor;

static void model(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\n') {
            finished_length += (size_t)snprintf(finished + finished_length,
                                                sizeof(finished) - finished_length, "%s\n", bottom);
            memset(bottom, 0, sizeof(bottom));
            cursor = 0;
        } else if (text[i] == '\r') {
            cursor = 0;
        } else if (text[i] == '\b') {
            cursor--;
        } else if (length - i >= 3 && memcmp(text + i, "\033[K", 3) == 0) {
            memset(bottom + cursor, 0, sizeof(bottom) - cursor);
            i += 2;
        } else {
            bottom[cursor++] = text[i];
        }
    }
}

static void prompt(const char *prefix, const char *text, size_t back)
{
    terminal_prompt(prefix, text, strlen(text), back);
}

static void line(const char *prefix, const char *text)
{
    terminal_line(prefix, text, strlen(text));
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
    cr_expect_str_eq(finished, "[a] one\n(pv) two\n");
    cr_expect_str_eq(bottom, "");
}

Test(terminal, a_prompt_stays_below_the_lines_of_others)
{
    prompt("[a] ", "$ ls", 0);
    line("[b] ", "noise");
    cr_expect_str_eq(finished, "[b] noise\n");
    cr_expect_str_eq(bottom, "[a] $ ls");
    cr_expect_eq(cursor, strlen("[a] $ ls"));
}

Test(terminal, a_prompt_grows_and_becomes_the_line_that_it_began)
{
    prompt("[a] ", "$ l", 0);
    prompt("[a] ", "$ ls", 0);
    line("[a] ", "$ ls");
    cr_expect_str_eq(finished, "[a] $ ls\n");
    cr_expect_str_eq(bottom, "");
    prompt("[a] ", "$ ls again", 0);
    cr_expect_str_eq(bottom, "[a] $ ls again");
}

Test(terminal, a_shorter_prompt_leaves_nothing_of_the_longer_one)
{
    prompt("[a] ", "$ long", 0);
    prompt("[a] ", "$ ", 0);
    cr_expect_str_eq(bottom, "[a] $ ");
    prompt("", "", 0);
    cr_expect_str_eq(bottom, "");
}

Test(terminal, the_cursor_stands_inside_of_the_prompt_also_after_a_line_of_another)
{
    prompt("[a] ", "$ lss", 2);
    cr_expect_eq(cursor, strlen("[a] $ l"));
    line("[b] ", "noise");
    cr_expect_str_eq(bottom, "[a] $ lss");
    cr_expect_eq(cursor, strlen("[a] $ l"));
    prompt("[a] ", "$ lss", 0);
    cr_expect_eq(cursor, strlen("[a] $ lss"));
}

Test(terminal, a_line_ends_whole_although_the_cursor_stood_inside)
{
    prompt("[a] ", "$ lss", 2);
    line("[a] ", "$ lss!");
    prompt("", "", 0);
    cr_expect_str_eq(finished, "[a] $ lss!\n");
    cr_expect_str_eq(bottom, "");
}

Test(terminal, a_line_that_is_too_long_is_cut)
{
    char text[TERMINAL_LINE * 2];

    memset(text, 'x', sizeof(text));
    terminal_line("[a] ", text, sizeof(text));
    cr_expect_eq(strlen(finished), TERMINAL_LINE + 1);
}
