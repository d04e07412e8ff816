// SPDX-License-Identifier: MIT
//
// Video memory seen as a grid of character cells: an EGA text buffer or a linear RGB framebuffer. It is only
// ever written. The format is checked (it comes from the firmware); the pointer is trusted.
#ifndef PV_X86_SURFACE_H
#define PV_X86_SURFACE_H

#include <stdbool.h>
#include <stdint.h>

enum {
    SURFACE_COLUMNS_MAX = 240,
    SURFACE_ROWS_MAX = 80,
    SURFACE_BOX = 0x7f, // the character that is drawn as a filled box
};

// A linear framebuffer, with the fields of the Multiboot2 framebuffer tag (Multiboot2 Specification 2.0,
// section 3.6.12, framebuffer_type 1). Width and height are in pixels, the pitch in bytes; positions and
// sizes of the colours are in bits, position 0 being the least significant bit of a little-endian pixel.
struct screen_format {
    uint32_t width;
    uint32_t height;
    uint32_t pitch;
    uint8_t bits_per_pixel;
    uint8_t red_position;
    uint8_t red_size;
    uint8_t green_position;
    uint8_t green_size;
    uint8_t blue_position;
    uint8_t blue_size;
};

// All zero is a surface that is not open. The fields other than columns and rows belong to surface.c.
struct surface {
    volatile uint8_t *memory;
    uint32_t pitch;
    uint32_t ink;        // a pixel of the text's colour
    uint8_t pixel_bytes; // 0 for a text buffer
    uint8_t scale;       // screen pixels along each side of a font pixel
    uint8_t columns;
    uint8_t rows;
};

// Opens a text buffer of columns * rows cells, each a character and an attribute byte, row after row (the
// layout of the EGA's text modes), and blanks it. Returns false, with nothing written, if there are no cells
// or more than SURFACE_COLUMNS_MAX or SURFACE_ROWS_MAX of them.
bool surface_open_text(struct surface *surface, volatile void *cells, unsigned columns, unsigned rows);

// Opens a framebuffer of format->height * format->pitch bytes and blanks it. On a large one every font pixel
// becomes a square of several pixels, so that the cells fit the limits. Returns false, with nothing
// written, if the format is unsupported (15, 16, 24 and 32 bits per pixel are supported), contradicts
// itself, or is too small for one cell.
bool surface_open_framebuffer(struct surface *surface, volatile void *pixels,
                              const struct screen_format *format);

// Draws a character, 0x20 to 0x7e or SURFACE_BOX, in the cell at row < rows and column < columns; inverse
// swaps the two colours.
void surface_draw(const struct surface *surface, unsigned row, unsigned column, uint8_t character,
                  bool inverse);

#endif
