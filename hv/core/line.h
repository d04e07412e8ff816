// SPDX-License-Identifier: MIT
/*
 * A line that is being written by a guest, as a terminal of one row would show it. What a guest prints can
 * change its own line in every way that line editing needs, and nothing else on the terminal: control
 * characters and escape sequences end here. The text is ASCII.
 */
#ifndef PV_CORE_LINE_H
#define PV_CORE_LINE_H

#include <stdbool.h>
#include <stdint.h>

#define LINE_SIZE 256

/* All zero is an empty line. */
struct line {
    char text[LINE_SIZE];
    uint16_t length;
    uint16_t cursor;    /* at most `length` */
    uint8_t escape;     /* how much of an escape sequence has come; line.c's own */
    uint16_t parameter; /* the number in it */
};

/**
 * Takes one byte. Understood are backspace, carriage return, tab and of ECMA-48 the sequences that move the
 * cursor left (ESC[D) and right (ESC[C) and erase to the end of the line (ESC[K); others are swallowed.
 * Returns true when the byte ends the line: a newline, or a character for which there is no room, which is
 * then not taken. The caller shows the line, empties it, and gives a character again.
 */
bool line_put(struct line *line, char byte);

/** Makes the line empty. */
void line_clear(struct line *line);

#endif
