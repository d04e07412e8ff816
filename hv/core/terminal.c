// SPDX-License-Identifier: MIT
/*
 * Keeps what panel and bottom line show, in order to take it away and bring it back. ESC[K erases to the end
 * of the line, ESC[A moves the cursor up by one (ECMA-48, 8.3.41 and 8.3.22).
 */
#include "core/terminal.h"

#include "lib/string.h"
#include "lib/ticket.h"

#define SINKS     4
#define ERASE_END "\033[K"
#define UP        "\033[A"

static struct {
    struct ticket_lock lock;
    terminal_sink *sinks[SINKS];
    unsigned sink_count;
    char shown[TERMINAL_LINE]; /* the unfinished line as it stands on the terminal */
    size_t shown_length;
    size_t shown_back; /* characters between the cursor and its end */
    char panel[TERMINAL_PANEL];
    size_t panel_length;
    unsigned panel_rows;
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

static void put_text(const char *text)
{
    put(text, strlen(text));
}

static void shown_erase(void)
{
    if (terminal.shown_length != 0) {
        put_text("\r" ERASE_END);
    }
}

static void cursor_back(void)
{
    for (size_t i = 0; i < terminal.shown_back; i++) {
        put("\b", 1);
    }
}

/* The length of the first row of a text, with its newline; 0 if there is no whole one. */
static size_t row_length(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\n') {
            return i + 1;
        }
    }
    return 0;
}

/* Moves the cursor from the bottom line to where the panel begins, erasing both on the way. */
static void bottom_erase(void)
{
    shown_erase();
    for (unsigned i = 0; i < terminal.panel_rows; i++) {
        put_text(UP ERASE_END);
    }
}

/* Draws them where the cursor is, which is the beginning of a row, whatever is there already. */
static void bottom_draw(void)
{
    const char *text = terminal.panel, *end = terminal.panel + terminal.panel_length;

    while (text != end) {
        size_t length = row_length(text, (size_t)(end - text));

        put(text, length - 1);
        put_text(ERASE_END "\n");
        text += length;
    }
    put(terminal.shown, terminal.shown_length);
    cursor_back();
}

static void line_show(const struct row *row)
{
    bool ends_shown = terminal.shown_length != 0 && terminal.shown_back == 0 && shown_begins(row);

    if (ends_shown && terminal.panel_rows == 0) {
        put(row->text + terminal.shown_length, row->length - terminal.shown_length);
        put("\n", 1);
        terminal.shown_length = 0;
        return;
    }
    bottom_erase();
    if (ends_shown) {
        terminal.shown_length = 0;
    }
    put(row->text, row->length);
    put("\n", 1);
    bottom_draw();
}

void terminal_line(const char *prefix, const char *text, size_t length)
{
    struct row row;

    row_make(&row, prefix, text, length);
    ticket_take(&terminal.lock, LOCK_TERMINAL);
    line_show(&row);
    ticket_put(&terminal.lock, LOCK_TERMINAL);
}

void terminal_prompt(const char *prefix, const char *text, size_t length, size_t back)
{
    struct row row;

    row_make(&row, prefix, text, length);
    ticket_take(&terminal.lock, LOCK_TERMINAL);
    if (terminal.shown_back != 0 || !shown_begins(&row)) {
        shown_erase();
        terminal.shown_length = 0;
    }
    put(row.text + terminal.shown_length, row.length - terminal.shown_length);
    memcpy(terminal.shown, row.text, row.length);
    terminal.shown_length = row.length;
    terminal.shown_back = back;
    cursor_back();
    ticket_put(&terminal.lock, LOCK_TERMINAL);
}

/* Takes as many whole rows as fit. */
static void panel_set(const char *text, size_t length)
{
    size_t row, taken = 0;
    unsigned rows = 0;

    while (rows < TERMINAL_PANEL_ROWS && (row = row_length(text + taken, length - taken)) != 0 &&
           taken + row <= TERMINAL_PANEL) {
        taken += row;
        rows++;
    }
    memcpy(terminal.panel, text, taken);
    terminal.panel_length = taken;
    terminal.panel_rows = rows;
}

void terminal_panel(const char *text, size_t length)
{
    ticket_take(&terminal.lock, LOCK_TERMINAL);
    bottom_erase();
    panel_set(text, length);
    bottom_draw();
    ticket_put(&terminal.lock, LOCK_TERMINAL);
}

void terminal_seize(void)
{
    terminal.panel_length = 0;
    terminal.panel_rows = 0;
    ticket_seize(&terminal.lock);
}
