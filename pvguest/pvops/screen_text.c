// SPDX-License-Identifier: MIT
// Between two bytes: row < rows and column <= columns. The cursor stays behind a line's last character until
// the next one needs room, so that a full line and its end take one row.
//
// It trusts the address that it is opened with, and no byte that it is given.
#include "pvops/screen_text.h"

#include "pvops/context.h"
#include "pvops/privileged.h"

enum {
    CELL_BLANK = 0x0720, // a space, light grey on black
    CELL_COLOURS = 0x0700,
    CHARACTER_BOX = 0xfe, // in place of what is not ASCII
    TAB = 8,
    PARAMETER_MAX = 999,
};

// The CRT controller of the VGA: registers are named in one port, and are at the next (IBM PS/2 Hardware
// Interface Technical Reference, Video Subsystem, "CRT Controller Registers").
enum {
    CRT_INDEX = 0x3d4,
    CRT_DATA = 0x3d5,
    CRT_CURSOR_START = 0x0a, // its first line; bit 5 hides it
    CRT_CURSOR_END = 0x0b,
    CRT_CURSOR_HIGH = 0x0e,
    CRT_CURSOR_LOW = 0x0f,
    CURSOR_FIRST_LINE = 13,
    CURSOR_LAST_LINE = 14,
};

static volatile uint16_t *memory; // cells; NULL without a screen
static unsigned columns, rows;
static unsigned column, row;

// What follows ESC, and then ESC [: numbers, and a letter that ends it.
static enum { PLAIN, ESCAPED, SEQUENCE } state;
static unsigned parameters[2];
static unsigned parameter; // which of them is being read; 2 for those that are too many

static void crt_write(uint8_t index, uint8_t value)
{
    port_write(CRT_INDEX, index);
    port_write(CRT_DATA, value);
}

static unsigned at_cursor(void)
{
    return row * columns + column;
}

static void cursor_show(void)
{
    unsigned at = at_cursor() - (column == columns);

    crt_write(CRT_CURSOR_HIGH, (uint8_t)(at >> 8));
    crt_write(CRT_CURSOR_LOW, (uint8_t)at);
}

static void blank(unsigned from, unsigned to)
{
    for (; from < to; from++)
        memory[from] = CELL_BLANK;
}

// Copying goes upwards, so that every cell is read before it is written.
static void line_feed(void)
{
    unsigned last = (rows - 1) * columns;

    column = 0;
    if (row + 1 < rows) {
        row++;
        return;
    }
    pv_copy((void *)memory, (const void *)(memory + columns), last * sizeof *memory);
    blank(last, last + columns);
}

static void character_put(uint8_t character)
{
    if (column == columns)
        line_feed();
    memory[at_cursor()] = (uint16_t)(CELL_COLOURS | (character < 0x80 ? character : CHARACTER_BOX));
    column++;
}

static unsigned lesser(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static void control_take(char control)
{
    switch (control) {
    case '\n':
        line_feed();
        break;
    case '\r':
        column = 0;
        break;
    case '\b':
        column -= column > 0;
        break;
    case '\t':
        column = lesser((column / TAB + 1) * TAB, columns - 1);
        break;
    default:
        break;
    }
}

// Of cells from one to another: what is behind the cursor, or all.
static void erase(unsigned from, unsigned to)
{
    if (parameters[0] == 0)
        blank(at_cursor(), to);
    else if (parameters[0] == 2)
        blank(from, to);
}

// Numbers count from 1, and one that is left out is 1.
static void sequence_run(char final)
{
    unsigned count = parameters[0] > 0 ? parameters[0] : 1, second = parameters[1] > 0 ? parameters[1] : 1;

    switch (final) {
    case 'A':
        row -= lesser(count, row);
        break;
    case 'B':
        row = lesser(row + count, rows - 1);
        break;
    case 'C':
        column = lesser(column + count, columns - 1);
        break;
    case 'D':
        column -= lesser(count, column);
        break;
    case 'H':
        row = lesser(count, rows) - 1;
        column = lesser(second, columns) - 1;
        break;
    case 'J':
        erase(0, rows * columns);
        break;
    case 'K':
        erase(row * columns, (row + 1) * columns);
        break;
    default:
        break;
    }
}

// Letters end a sequence, and so does what is not of one; other signs in it have no meaning here.
static void sequence_take(char byte)
{
    if (byte >= '0' && byte <= '9') {
        if (parameter < 2)
            parameters[parameter] =
                lesser(parameters[parameter] * 10 + (unsigned)(byte - '0'), PARAMETER_MAX);
    } else if (byte == ';') {
        parameter += parameter < 2;
    } else if (byte >= '@') {
        state = PLAIN;
        sequence_run(byte);
    }
}

static void escape_take(char byte)
{
    state = byte == '[' ? SEQUENCE : PLAIN;
    parameter = parameters[0] = parameters[1] = 0;
}

static void byte_take(char byte)
{
    if (byte == '\033')
        state = ESCAPED;
    else if (byte >= 0 && byte < ' ')
        control_take(byte);
    else if (state == ESCAPED)
        escape_take(byte);
    else if (state == SEQUENCE)
        sequence_take(byte);
    else if (byte != '\177')
        character_put((uint8_t)byte);
}

void screen_text_open(uint16_t *cells, unsigned width, unsigned height)
{
    memory = cells;
    columns = width;
    rows = height;
    blank(0, rows * columns);
    crt_write(CRT_CURSOR_START, CURSOR_FIRST_LINE);
    crt_write(CRT_CURSOR_END, CURSOR_LAST_LINE);
    cursor_show();
}

bool screen_text_present(void)
{
    return memory != NULL;
}

void screen_text_write(const char *bytes, size_t length)
{
    if (!memory)
        return;
    for (size_t i = 0; i < length; i++)
        byte_take(bytes[i]);
    cursor_show();
}
