// SPDX-License-Identifier: MIT
// What the keys do in the line editor: two tables, of places that they go or erase to, and of the rest.
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "edit.h"
#include "history.h"

#define CLEAR_SCREEN "\033[H\033[J"

static size_t at_start(const struct edit *edit)
{
    (void)edit;
    return 0;
}

static size_t at_end(const struct edit *edit)
{
    return edit->length;
}

static size_t at_left(const struct edit *edit)
{
    return edit->cursor - (edit->cursor > 0);
}

static size_t at_right(const struct edit *edit)
{
    return edit->cursor + (edit->cursor < edit->length);
}

static size_t at_word_left(const struct edit *edit)
{
    size_t i = edit->cursor;

    while (i > 0 && edit->bytes[i - 1] == ' ')
        i--;
    while (i > 0 && edit->bytes[i - 1] != ' ')
        i--;
    return i;
}

static size_t at_word_right(const struct edit *edit)
{
    size_t i = edit->cursor;

    while (i < edit->length && edit->bytes[i] == ' ')
        i++;
    while (i < edit->length && edit->bytes[i] != ' ')
        i++;
    return i;
}

static const struct {
    size_t (*place)(const struct edit *);
    int key;
    bool erases; // what is between
} places[] = {
    {at_start, CONTROL('A'), false},
    {at_left, CONTROL('B'), false},
    {at_end, CONTROL('E'), false},
    {at_right, CONTROL('F'), false},
    {at_end, CONTROL('K'), true},
    {at_start, CONTROL('U'), true},
    {at_word_left, CONTROL('W'), true},
    {at_left, '\b', true},
    {at_left, 0x7f, true},
    {at_right, KEY_DELETE, true},
    {at_end, KEY_END, false},
    {at_start, KEY_HOME, false},
    {at_left, KEY_LEFT, false},
    {at_right, KEY_RIGHT, false},
    {at_word_left, KEY_WORD_LEFT, false},
    {at_word_right, KEY_WORD_RIGHT, false},
};

static void erase_or_end(struct edit *edit)
{
    if (edit->length == 0)
        edit->ended = true;
    edit_delete(edit, at_right(edit));
}

static void clear_screen(struct edit *edit)
{
    edit_output(CLEAR_SCREEN, strlen(CLEAR_SCREEN));
    edit_show(edit);
}

// Shows a line of history, or, behind the last, what had been typed.
static void history_show(struct edit *edit, size_t number)
{
    if (edit->history == history_count()) {
        free(edit->typed);
        edit->typed = memory_text(edit->bytes);
    }
    edit->history = number;
    edit_replace(edit, number == history_count() ? edit->typed : history_get(number));
}

static void history_back(struct edit *edit)
{
    if (edit->history > 0)
        history_show(edit, edit->history - 1);
}

static void history_forward(struct edit *edit)
{
    if (edit->history < history_count())
        history_show(edit, edit->history + 1);
}

static void line_end(struct edit *edit)
{
    edit_move(edit, edit->length);
    edit->done = true;
}

static void line_interrupt(struct edit *edit)
{
    edit_move(edit, edit->length);
    edit_output("^C", 2);
    edit->interrupted = true;
}

static const struct {
    int key;
    void (*act)(struct edit *);
} actions[] = {
    {'\r', line_end},
    {'\n', line_end},
    {'\t', edit_complete},
    {CONTROL('C'), line_interrupt},
    {CONTROL('D'), erase_or_end},
    {CONTROL('L'), clear_screen},
    {CONTROL('N'), history_forward},
    {CONTROL('P'), history_back},
    {KEY_DOWN, history_forward},
    {KEY_UP, history_back},
};

static bool place_act(struct edit *edit, int key)
{
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (places[i].key != key)
            continue;
        if (places[i].erases)
            edit_delete(edit, places[i].place(edit));
        else
            edit_move(edit, places[i].place(edit));
        return true;
    }
    return false;
}

void edit_key(struct edit *edit, int key)
{
    char c = (char)key;

    if (key == CONTROL('R'))
        key = edit_search(edit);
    if (key != '\t')
        edit->listed = false;
    if (key < 0)
        edit->ended = true;
    if (place_act(edit, key))
        return;
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
        if (actions[i].key == key) {
            actions[i].act(edit);
            return;
        }
    }
    if (key >= ' ' && key < KEY_UP)
        edit_insert(edit, &c, 1);
}
