// SPDX-License-Identifier: MIT
/*
 * Keeps what the bottom line shows, in order to take it away and bring it back. ESC[K (ECMA-48, 8.3.41)
 * erases to the end of the line.
 */
#include "core/terminal.h"

#include "lib/string.h"

#define SINKS      4
#define ERASE_LINE "\r\033[K"

static struct {
    terminal_sink *sinks[SINKS];
    unsigned sink_count;
    char shown[TERMINAL_LINE]; /* the unfinished line as it stands on the terminal */
    size_t shown_length;
} terminal;

/* A line under construction, and whether it still fits. */
struct line {
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

static void line_append(struct line *line, const char *text, size_t length)
{
    size_t room = sizeof(line->text) - line->length;

    length = length < room ? length : room;
    memcpy(line->text + line->length, text, length);
    line->length += length;
}

static void line_make(struct line *line, const char *prefix, const char *text, size_t length)
{
    line->length = 0;
    line_append(line, prefix, strlen(prefix));
    line_append(line, text, length);
}

/* Whether what is shown is the beginning of a line, so that only the rest has to be written. */
static bool shown_begins(const struct line *line)
{
    return terminal.shown_length <= line->length &&
           memcmp(terminal.shown, line->text, terminal.shown_length) == 0;
}

static void shown_erase(void)
{
    if (terminal.shown_length != 0) {
        put(ERASE_LINE, sizeof(ERASE_LINE) - 1);
    }
}

void terminal_line(const char *prefix, const char *text, size_t length)
{
    struct line line;

    line_make(&line, prefix, text, length);
    if (terminal.shown_length != 0 && shown_begins(&line)) {
        put(line.text + terminal.shown_length, line.length - terminal.shown_length);
        put("\n", 1);
        terminal.shown_length = 0;
        return;
    }
    shown_erase();
    put(line.text, line.length);
    put("\n", 1);
    put(terminal.shown, terminal.shown_length);
}

void terminal_prompt(const char *prefix, const char *text, size_t length)
{
    struct line line;

    line_make(&line, prefix, text, length);
    if (!shown_begins(&line)) {
        shown_erase();
        terminal.shown_length = 0;
    }
    put(line.text + terminal.shown_length, line.length - terminal.shown_length);
    memcpy(terminal.shown, line.text, line.length);
    terminal.shown_length = line.length;
}
