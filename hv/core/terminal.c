// SPDX-License-Identifier: MIT
/*
 * Keeps what the bottom line shows, in order to take it away and bring it back. ESC[K (ECMA-48, 8.3.41)
 * erases to the end of the line.
 */
#include "core/terminal.h"

#include "lib/string.h"
#include "lib/ticket.h"

#define SINKS      4
#define ERASE_LINE "\r\033[K"

static struct {
    struct ticket_lock lock;
    terminal_sink *sinks[SINKS];
    unsigned sink_count;
    char shown[TERMINAL_LINE]; /* the unfinished line as it stands on the terminal */
    size_t shown_length;
    size_t shown_back; /* characters between the cursor and its end */
} terminal;

/* A line with its prefix; what does not fit is cut. */
struct row {
    char text[TERMINAL_LINE];
    size_t length;
};

void terminal_sink_add(terminal_sink *sink)
{
    if (terminal.sink_count < SINKS) {
        terminal.sinks[terminal.sink_count++] = sink;
    }
}

void terminal_sinks_remove(void)
{
    terminal.sink_count = 0;
}

static void put(const char *text, size_t length)
{
    for (unsigned i = 0; i < terminal.sink_count; i++) {
        terminal.sinks[i](text, length);
    }
}

static void row_append(struct row *row, const char *text, size_t length)
{
    size_t room = sizeof(row->text) - row->length;

    length = length < room ? length : room;
    memcpy(row->text + row->length, text, length);
    row->length += length;
}

static void row_make(struct row *row, const char *prefix, const char *text, size_t length)
{
    row->length = 0;
    row_append(row, prefix, strlen(prefix));
    row_append(row, text, length);
}

/* Whether what is shown is the beginning of a line, so that only the rest has to be written. */
static bool shown_begins(const struct row *row)
{
    return terminal.shown_length <= row->length &&
           memcmp(terminal.shown, row->text, terminal.shown_length) == 0;
}

static void shown_erase(void)
{
    if (terminal.shown_length != 0) {
        put(ERASE_LINE, sizeof(ERASE_LINE) - 1);
    }
}

static void cursor_back(void)
{
    for (size_t i = 0; i < terminal.shown_back; i++) {
        put("\b", 1);
    }
}

static void line_show(const struct row *row)
{
    if (terminal.shown_length != 0 && terminal.shown_back == 0 && shown_begins(row)) {
        put(row->text + terminal.shown_length, row->length - terminal.shown_length);
        put("\n", 1);
        terminal.shown_length = 0;
        return;
    }
    shown_erase();
    put(row->text, row->length);
    put("\n", 1);
    put(terminal.shown, terminal.shown_length);
    cursor_back();
}

void terminal_line(const char *prefix, const char *text, size_t length)
{
    struct row row;

    row_make(&row, prefix, text, length);
    ticket_take(&terminal.lock);
    line_show(&row);
    ticket_put(&terminal.lock);
}

void terminal_prompt(const char *prefix, const char *text, size_t length, size_t back)
{
    struct row row;

    row_make(&row, prefix, text, length);
    ticket_take(&terminal.lock);
    if (terminal.shown_back != 0 || !shown_begins(&row)) {
        shown_erase();
        terminal.shown_length = 0;
    }
    put(row.text + terminal.shown_length, row.length - terminal.shown_length);
    memcpy(terminal.shown, row.text, row.length);
    terminal.shown_length = row.length;
    terminal.shown_back = back;
    cursor_back();
    ticket_put(&terminal.lock);
}

void terminal_seize(void)
{
    ticket_seize(&terminal.lock);
}
