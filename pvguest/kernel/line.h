// SPDX-License-Identifier: MIT
// The line of a terminal: what was typed and not yet read. It can be corrected until its end was typed, and
// only then be read. POSIX.1-2008, XBD 11.1.6 and 11.1.7.
#ifndef PV_KERNEL_LINE_H
#define PV_KERNEL_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LINE_SIZE = 1024 }; // a power of two

struct line {
    char bytes[LINE_SIZE];        // a ring: positions count on for ever
    uint32_t first, ready, typed; // up to `ready` it can be read, and up to `typed` be corrected
    void (*show)(const char *bytes, size_t size); // on the screen; NULL: nothing is shown
};

// Takes a key in canonical mode: a character, a correction, or an end. What does not fit is lost; there
// always is room for the end of a line.
void line_type(struct line *line, char key);

// Takes a byte as it is, which can be read at once; it is lost if there is no room.
void line_append(struct line *line, char byte);

// Drops what was typed, ready or not.
void line_discard(struct line *line);

// Lets everything be read.
void line_release(struct line *line);

static inline bool line_is_empty(const struct line *line)
{
    return line->first == line->ready;
}

// What line_read() found: bytes for the reader, and how many of the line's these are with the marks among
// them.
struct line_part {
    size_t size;
    uint32_t used;
    bool ended; // a line or the input ends here
};

// Copies up to `size` bytes of what can be read; in canonical mode no more than one line. They stay until
// line_drop().
struct line_part line_read(const struct line *line, bool canonical, char *to, size_t size);
void line_drop(struct line *line, uint32_t used);

// Shows a key as it is shown when it is typed: a control character as ^ and a letter.
void line_show_key(const struct line *line, char key);

#endif
