// SPDX-License-Identifier: MIT
/*
 * The line editor: a line of any length on one row of the terminal, which shows the part around the cursor.
 * The terminal is in raw mode only meanwhile. It uses backspace, carriage return and ESC [ K, and nothing
 * else but to clear.
 */
#ifndef PV_USER_SH_EDIT_H
#define PV_USER_SH_EDIT_H

#include <stdbool.h>
#include <stddef.h>

struct edit {
    char *bytes; // of the line, closed with a zero
    size_t length;
    size_t room;
    size_t cursor;
    size_t first; // byte that is shown
    const char *prompt;
    size_t width;     // of the part that is shown
    size_t history;   // number of the line from history that is shown; history_count(): none
    char *typed;      // what was typed before going into history
    bool listed;      // Tab has found several ways to go on, and will list them next time
    bool done;        // the line is complete
    bool interrupted; // ... and void
    bool ended;       // the input is at its end
};

// Reads a line. NULL at the end of the input. After Ctrl-C it is empty, and shell_interrupted is set. The
// caller frees it.
char *edit_line(const char *prompt);

// Puts text in at the cursor; puts other text in place of the line.
void edit_insert(struct edit *edit, const char *text, size_t length);
void edit_replace(struct edit *edit, const char *text);

// Moves the cursor to a place in the line; takes out what is between it and a place, on either side.
void edit_move(struct edit *edit, size_t place);
void edit_delete(struct edit *edit, size_t place);

// Shows the line anew, with `prompt` in front.
void edit_show(struct edit *edit);

// Writes bytes to the terminal.
void edit_output(const char *bytes, size_t length);

// edit_keys.c: does what a key is for.
void edit_key(struct edit *edit, int key);

// Reads a key: a byte, or one of those below. -1: the input has ended.
enum key {
    KEY_UP = 256,
    KEY_DOWN,
    KEY_RIGHT,
    KEY_LEFT,
    KEY_HOME,
    KEY_END,
    KEY_DELETE,
    KEY_WORD_LEFT,
    KEY_WORD_RIGHT,
    KEY_UNKNOWN
};
int key_read(void);

#define CONTROL(letter) ((letter)&0x1f)

// search.c: Ctrl-R, looks for a line of history while text is typed. Returns the key that ended it, which is
// still to be acted upon, or 0.
int edit_search(struct edit *edit);

// complete.c: Tab, completes the word before the cursor, or lists the ways to.
void edit_complete(struct edit *edit);

#endif
