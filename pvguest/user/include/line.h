// SPDX-License-Identifier: MIT
// Lines of text, of any length.
#ifndef PV_USER_LINE_H
#define PV_USER_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

// A line that grows as needed. All zero is an empty one.
struct line {
    char *text; // ends with a zero byte, after `length` bytes without the newline
    size_t length;
    size_t capacity;
};

// Reads the next line of a file into `line`. The last one may lack its newline. False: there was no line.
bool line_read(struct line *line, FILE *file);

// Adds bytes at the end of a line.
void line_append(struct line *line, const char *bytes, size_t count);

// Releases the line's memory.
void line_free(struct line *line);

// Many lines. All zero is none.
struct lines {
    struct line *line;
    size_t count;
    size_t capacity;
};

// Adds all the lines that a file still has.
void lines_read(struct lines *lines, FILE *file);

#endif
