// SPDX-License-Identifier: MIT
// The line editor: the line, and how it is shown.
#include "edit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "history.h"
#include "shell.h"
#include "tty.h"

#define ROOM_START  80
#define WIDTH_LEAST 10
#define ERASE_REST  "\033[K"

void edit_output(const char *bytes, size_t length)
{
    (void)!write(STDOUT_FILENO, bytes, length);
}

// Moves the part that is shown so that the cursor is in it.
static void window_move(struct edit *edit)
{
    if (edit->cursor < edit->first)
        edit->first = edit->cursor < edit->width / 2 ? 0 : edit->cursor - edit->width / 2;
    if (edit->cursor > edit->first + edit->width)
        edit->first = edit->cursor - edit->width / 2;
}

static size_t window_end(const struct edit *edit)
{
    size_t end = edit->first + edit->width;

    return end < edit->length ? end : edit->length;
}

void edit_show(struct edit *edit)
{
    struct arena_mark memory = arena_mark();
    struct text text = {0};

    window_move(edit);
    size_t end = window_end(edit);

    text_add(&text, '\r');
    text_append(&text, edit->prompt, strlen(edit->prompt));
    text_append(&text, edit->bytes + edit->first, end - edit->first);
    text_append(&text, ERASE_REST, strlen(ERASE_REST));
    for (size_t i = edit->cursor; i < end; i++)
        text_add(&text, '\b');
    edit_output(text.bytes, text.length);
    arena_release(memory);
}

// The cursor was moved to where it is now: moves it on the screen too.
static void cursor_show(struct edit *edit, size_t before)
{
    if (edit->cursor < edit->first || edit->cursor > edit->first + edit->width) {
        edit_show(edit);
        return;
    }
    for (size_t i = edit->cursor; i < before; i++)
        edit_output("\b", 1);
    if (edit->cursor > before)
        edit_output(edit->bytes + before, edit->cursor - before);
}

void edit_move(struct edit *edit, size_t place)
{
    size_t before = edit->cursor;

    edit->cursor = place;
    cursor_show(edit, before);
}

static void room_make(struct edit *edit, size_t length)
{
    if (length < edit->room)
        return;
    size_t room = length * 2 > ROOM_START ? length * 2 : ROOM_START;
    char *bytes = memory_get(room);

    memcpy(bytes, edit->bytes != NULL ? edit->bytes : "", edit->length + 1);
    free(edit->bytes);
    edit->bytes = bytes;
    edit->room = room;
}

// What is typed at the end of a line that fits is just printed.
void edit_insert(struct edit *edit, const char *text, size_t length)
{
    bool at_end = edit->cursor == edit->length;

    room_make(edit, edit->length + length);
    memmove(edit->bytes + edit->cursor + length, edit->bytes + edit->cursor, edit->length - edit->cursor + 1);
    memcpy(edit->bytes + edit->cursor, text, length);
    edit->length += length;
    edit->cursor += length;
    if (at_end && edit->cursor <= edit->first + edit->width)
        edit_output(text, length);
    else
        edit_show(edit);
}

void edit_replace(struct edit *edit, const char *text)
{
    size_t length = strlen(text);

    room_make(edit, length);
    memcpy(edit->bytes, text, length + 1);
    edit->length = length;
    edit->cursor = length;
    edit->first = 0;
    edit_show(edit);
}

// Takes out what is between a place and the cursor, whichever comes first.
void edit_delete(struct edit *edit, size_t place)
{
    size_t from = place < edit->cursor ? place : edit->cursor;
    size_t to = place < edit->cursor ? edit->cursor : place;

    if (from == to)
        return;
    memmove(edit->bytes + from, edit->bytes + to, edit->length - to + 1);
    edit->length -= to - from;
    edit->cursor = from;
    edit_show(edit);
}

char *edit_line(const char *prompt)
{
    size_t columns = tty_size(STDOUT_FILENO).columns;
    size_t taken = strlen(prompt) + 1;
    struct edit edit = {
        .prompt = prompt,
        .width = columns > taken + WIDTH_LEAST ? columns - taken : WIDTH_LEAST,
        .history = history_count(),
    };

    room_make(&edit, 0);
    tty_mode_set(STDIN_FILENO, 0);
    edit_output(prompt, strlen(prompt)); // behind what the last program left on the row
    while (!edit.done && !edit.ended && !edit.interrupted)
        edit_key(&edit, key_read());
    tty_mode_set(STDIN_FILENO, TTY_USUAL);
    edit_output("\n", 1);
    free(edit.typed);
    if (edit.interrupted) {
        shell_interrupted = 1;
        edit.bytes[0] = '\0';
    }
    if (edit.ended) {
        free(edit.bytes);
        return NULL;
    }
    return edit.bytes;
}
