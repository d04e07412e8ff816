// SPDX-License-Identifier: MIT
//
// The font of the framebuffer console: the printable characters of ASCII and a filled box for everything
// else, in cells of 8 by 16 pixels. Pure data, drawn for this project.
#ifndef PV_X86_FONT_H
#define PV_X86_FONT_H

#include <stdint.h>

enum {
    FONT_WIDTH = 8,
    FONT_HEIGHT = 16,
};

// One pixel row of a character's cell, row 0 being the top; the leftmost pixel is bit 7, a set bit is ink.
// Characters outside 0x20..0x7e give the filled box, rows from FONT_HEIGHT up are blank.
uint8_t font_row(uint8_t character, unsigned row);

#endif
