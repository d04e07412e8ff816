// SPDX-License-Identifier: MIT
// Ctrl-R: the last line of history with what was typed in it; Ctrl-R again takes the one before.
#include <stdio.h>
#include <string.h>

#include "edit.h"
#include "history.h"

struct search {
    char text[32];
    size_t length;
    size_t found;
};

// Looks from the line before `from` back; what is found stays when nothing more is.
static void search_back(struct search *search, size_t from)
{
    while (from-- > 0) {
        if (strstr(history_get(from), search->text) != NULL) {
            search->found = from;
            return;
        }
    }
}

static void search_show(struct edit *edit, const struct search *search)
{
    char prompt[64];
    const char *before = edit->prompt;

    snprintf(prompt, sizeof prompt, "(search) `%s': ", search->text);
    edit->prompt = prompt;
    edit_replace(edit, search->found < history_count() ? history_get(search->found) : "");
    edit->prompt = before;
}

// What ends the search ends it with the line that is shown; Ctrl-G and Ctrl-C with an empty one.
int edit_search(struct edit *edit)
{
    struct search search = {.found = history_count()};
    int key;

    for (;;) {
        search_show(edit, &search);
        key = key_read();
        if (key == CONTROL('R')) {
            search_back(&search, search.found);
        } else if (key >= ' ' && key < 0x7f && search.length + 1 < sizeof search.text) {
            search.text[search.length++] = (char)key;
            search_back(&search, search.found < history_count() ? search.found + 1 : history_count());
        } else if ((key == 0x7f || key == '\b') && search.length > 0) {
            search.text[--search.length] = '\0';
            search.found = history_count();
            search_back(&search, history_count());
        } else {
            break;
        }
    }
    if (key == CONTROL('G') || key == CONTROL('C'))
        edit_replace(edit, "");
    else
        edit_show(edit);
    edit->history = history_count();
    return key == CONTROL('G') ? 0 : key;
}
