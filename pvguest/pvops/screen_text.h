// SPDX-License-Identifier: MIT
// The text screen that a PC's BIOS leaves behind: characters in memory, and a cursor.
#ifndef PV_PVOPS_SCREEN_TEXT_H
#define PV_PVOPS_SCREEN_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// There is a screen, so many cells wide and high. They are at this address, row after row; each has a
// character in its low byte and colours in its high one. Before this there is no screen. Blanks it.
void screen_text_open(uint16_t *cells, unsigned width, unsigned height);

// Whether there is one.
bool screen_text_present(void);

// Shows text as a terminal would, without colours. After ESC [ it knows A, B, C and D (the cursor goes up,
// down, right, left), H (it goes to a row and a column), J and K (blank the rest of screen or line; with a 2
// all of it), as in ECMA-48, 8.3. Does nothing without a screen.
void screen_text_write(const char *bytes, size_t length);

#endif
