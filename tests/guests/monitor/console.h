// SPDX-License-Identifier: MIT
// The console, by the byte and by the line.
#ifndef PV_KERNEL_CONSOLE_H
#define PV_KERNEL_CONSOLE_H

#include <stddef.h>

// Writes all of `length` bytes, waiting for room where there is none.
void console_write(const char *bytes, size_t length);

// Waits for a byte to be typed, and returns it.
char console_get(void);

// Reads a line with echo into `line` (`size` bytes, at least 1), without its end and with a terminator.
// Backspace takes back a character, ^U all of them. What is too long is not taken. Returns the line's length.
size_t console_line(char *line, size_t size);

#endif
