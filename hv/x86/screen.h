// SPDX-License-Identifier: MIT
//
// A text console on the screen of a PC: on an EGA text buffer or on a linear RGB framebuffer.
//
// The screen keeps the text itself, one byte for each cell, and redraws only the cells that changed, once at
// the end of each write; it never reads video memory. Invariant: nothing outside the given memory is ever
// written, whatever text or format comes in. Text is hostile (guests print it); the pointer is trusted.
// Not locked: the caller serialises the calls for one screen.
#ifndef PV_X86_SCREEN_H
#define PV_X86_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "x86/surface.h"

// All zero is a screen that is not open: writing to it does nothing. The fields belong to screen.c.
struct screen {
    struct surface surface;
    uint8_t column; // equal to surface.columns after the last cell of a row was written
    uint8_t row;
    uint8_t drawn_column; // where the cursor was drawn last
    uint8_t drawn_row;
    uint8_t dirty_first; // rows from dirty_first up to dirty_end may hold cells to be drawn
    uint8_t dirty_end;
    uint8_t escape; // state of the escape sequence that is being read
    uint8_t parameter_index;
    uint16_t parameters[2];
    _Alignas(uint64_t) uint8_t cells[SURFACE_ROWS_MAX][SURFACE_COLUMNS_MAX];
};

// Opens the screen on a text buffer: columns * rows cells of two bytes, character and attribute, row after
// row (the IBM EGA text layout, at 0xb8000 on a PC). Clears it. More than SURFACE_COLUMNS_MAX columns or
// SURFACE_ROWS_MAX rows, or none at all, return false and leave the screen as it was. The blinking cursor of
// the hardware is the caller's to switch off: the screen shows its own as an inverted cell.
bool screen_open_text(struct screen *screen, volatile void *cells, unsigned columns, unsigned rows);

// Opens the screen on a framebuffer of format->height * format->pitch bytes and clears it. On a large one
// every font pixel becomes a square of several pixels, so that the cells fit the limits. Returns false
// and leaves the screen as it was, with nothing drawn, if the format is unsupported (15, 16, 24 and 32 bits
// per pixel are supported), contradicts itself, or is smaller than one cell.
bool screen_open_framebuffer(struct screen *screen, volatile void *pixels,
                             const struct screen_format *format);

// The video memory is at another address from now on; nothing is drawn anew.
void screen_move(struct screen *screen, volatile void *memory);

// Whether the screen is open.
bool screen_present(const struct screen *screen);

// Writes length bytes of text at the cursor and shows the result. Printable ASCII is drawn, bytes from 0x80
// as filled boxes; a line wraps at the right edge and the text scrolls at the bottom. Understood: \n (start
// of the next line), \r, \b (one cell left, not beyond the start of the line), \t (stops of 8 columns), and
// of ECMA-48 (5th edition, section 8.3) the sequences ESC[K and ESC[J (erase in line and page, with their
// modes 0 to 2), ESC[H (cursor position) and ESC[A (cursor up). Other escape sequences and control bytes are
// swallowed. A sequence may be split between writes; a control byte within one ends it, so that a sequence
// left open cannot reach into the next line.
void screen_write(struct screen *screen, const char *text, size_t length);

#endif
