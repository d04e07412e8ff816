// SPDX-License-Identifier: MIT
//
// Text goes into screen->cells first; screen_show then draws what differs from the picture on the screen.
// Each cell is a 7-bit character and a mark that it has to be drawn. The mark belongs to the place, not to
// the character, so it stays where it is while text scrolls past: a burst of lines is drawn once.
//
// Invariant between any two functions here: row < rows, column <= columns, and every cell within them is one
// that the memory holds.
#include "x86/screen.h"

enum {
    CELL_DIRTY = 0x80,
    TAB = 8,
    PARAMETER_MAX = 999,
};

enum escape {
    ESCAPE_NONE,
    ESCAPE_BEGUN,    // after ESC
    ESCAPE_SEQUENCE, // after ESC [
    ESCAPE_IGNORED,  // within a sequence that has no meaning here
};

// Eight cells, and the marks of all of them.
typedef uint64_t word __attribute__((may_alias));
static const uint64_t WORD_DIRTY = 0x8080808080808080;

static void row_touch(struct screen *screen, unsigned row)
{
    if (row < screen->dirty_first)
        screen->dirty_first = (uint8_t)row;
    if (row >= screen->dirty_end)
        screen->dirty_end = (uint8_t)(row + 1);
}

static void cell_touch(struct screen *screen, unsigned row, unsigned column)
{
    screen->cells[row][column] |= CELL_DIRTY;
    row_touch(screen, row);
}

// A cell that keeps its character keeps its mark as well: it may differ from what is on the screen.
static void cell_set(struct screen *screen, unsigned row, unsigned column, uint8_t character)
{
    if ((screen->cells[row][column] & ~CELL_DIRTY) == character)
        return;
    screen->cells[row][column] = character;
    cell_touch(screen, row, column);
}

static void row_show(struct screen *screen, unsigned row)
{
    for (unsigned column = 0; column < screen->surface.columns; column++) {
        bool cursor = row == screen->drawn_row && column == screen->drawn_column;
        uint8_t *cell = &screen->cells[row][column];

        if ((*cell & CELL_DIRTY) == 0)
            continue;
        *cell &= (uint8_t)~CELL_DIRTY;
        surface_draw(&screen->surface, row, column, *cell, cursor);
    }
}

static void screen_show(struct screen *screen)
{
    unsigned column =
        screen->column < screen->surface.columns ? screen->column : screen->surface.columns - 1U;

    if (screen->row != screen->drawn_row || column != screen->drawn_column) {
        cell_touch(screen, screen->drawn_row, screen->drawn_column);
        cell_touch(screen, screen->row, column);
        screen->drawn_row = screen->row;
        screen->drawn_column = (uint8_t)column;
    }
    for (unsigned row = screen->dirty_first; row < screen->dirty_end; row++)
        row_show(screen, row);
    screen->dirty_first = screen->surface.rows;
    screen->dirty_end = 0;
}

// Gives a row the characters of the one below it: as cell_set does, for eight cells at a time.
static void row_raise(struct screen *screen, unsigned row)
{
    word *cells = (word *)screen->cells[row];
    const word *below = (const word *)screen->cells[row + 1];
    uint64_t marks = 0;

    for (unsigned i = 0; i * sizeof(word) < screen->surface.columns; i++) {
        uint64_t text = below[i] & ~WORD_DIRTY;
        // Adding 0x7f to each difference carries into the mark of the cells that differ, and no further.
        uint64_t differs = ((cells[i] ^ text) & ~WORD_DIRTY) + ~WORD_DIRTY;

        cells[i] = text | ((cells[i] | differs) & WORD_DIRTY);
        marks |= cells[i];
    }
    if ((marks & WORD_DIRTY) != 0)
        row_touch(screen, row);
}

static void screen_scroll(struct screen *screen)
{
    unsigned last = screen->surface.rows - 1U;

    for (unsigned row = 0; row < last; row++)
        row_raise(screen, row);
    for (unsigned column = 0; column < screen->surface.columns; column++)
        cell_set(screen, last, column, ' ');
}

static void line_begin(struct screen *screen)
{
    screen->column = 0;
    if (screen->row + 1 < screen->surface.rows)
        screen->row++;
    else
        screen_scroll(screen);
}

static void tab_advance(struct screen *screen)
{
    unsigned stop = (screen->column / TAB + 1U) * TAB;

    if (stop < screen->surface.columns)
        screen->column = (uint8_t)stop;
    else if (screen->column < screen->surface.columns)
        screen->column = screen->surface.columns - 1;
}

static void control_take(struct screen *screen, uint8_t byte)
{
    if (byte == '\n')
        line_begin(screen);
    else if (byte == '\r')
        screen->column = 0;
    else if (byte == '\b' && screen->column > 0)
        screen->column--;
    else if (byte == '\t')
        tab_advance(screen);
}

// The line wraps only when a character needs the room, so that a full line and its \n take one row.
static void character_take(struct screen *screen, uint8_t character)
{
    if (screen->column == screen->surface.columns)
        line_begin(screen);
    cell_set(screen, screen->row, screen->column, character);
    screen->column++;
}

// Blanks the part of the cells from first up to end (counted row after row) that the mode names: 0 from the
// cursor on, 1 up to and with the cursor, 2 all.
static void cells_erase(struct screen *screen, unsigned mode, unsigned first, unsigned end)
{
    unsigned cursor = (unsigned)screen->row * screen->surface.columns + screen->column;

    if (mode > 2)
        return;
    if (mode == 0)
        first = cursor;
    if (mode == 1 && cursor < end)
        end = cursor + 1;
    for (unsigned i = first; i < end; i++)
        cell_set(screen, i / screen->surface.columns, i % screen->surface.columns, ' ');
}

// How far a parameter moves the cursor, within a limit: none stands for 1.
static uint8_t distance(unsigned parameter, unsigned limit)
{
    unsigned steps = parameter > 0 ? parameter : 1;

    return (uint8_t)(steps < limit ? steps : limit);
}

// A parameter counts from 1, and 0 or none stands for 1.
static uint8_t position(unsigned parameter, unsigned limit)
{
    unsigned index = parameter > 0 ? parameter - 1 : 0;

    return (uint8_t)(index < limit ? index : limit - 1);
}

static void sequence_run(struct screen *screen, uint8_t final)
{
    unsigned line = (unsigned)screen->row * screen->surface.columns;

    if (final == 'H') {
        screen->row = position(screen->parameters[0], screen->surface.rows);
        screen->column = position(screen->parameters[1], screen->surface.columns);
    } else if (final == 'A') {
        screen->row -= distance(screen->parameters[0], screen->row);
    } else if (final == 'J') {
        cells_erase(screen, screen->parameters[0], 0,
                    (unsigned)screen->surface.rows * screen->surface.columns);
    } else if (final == 'K') {
        cells_erase(screen, screen->parameters[0], line, line + screen->surface.columns);
    }
}

static void parameter_take(struct screen *screen, unsigned digit)
{
    unsigned value;

    if (screen->parameter_index >= 2)
        return;
    value = screen->parameters[screen->parameter_index] * 10U + digit;
    screen->parameters[screen->parameter_index] = (uint16_t)(value < PARAMETER_MAX ? value : PARAMETER_MAX);
}

static void sequence_begin(struct screen *screen)
{
    screen->escape = ESCAPE_SEQUENCE;
    screen->parameter_index = 0;
    screen->parameters[0] = 0;
    screen->parameters[1] = 0;
}

// The bytes of a sequence as in ECMA-48 section 5.4: parameters 0x30..0x3f, intermediates 0x20..0x2f, one
// final byte 0x40..0x7e. Anything else breaks it off.
static void sequence_take(struct screen *screen, uint8_t byte)
{
    if (byte >= '0' && byte <= '9') {
        parameter_take(screen, byte - (unsigned)'0');
    } else if (byte == ';') {
        screen->parameter_index += screen->parameter_index < 2;
    } else if (byte < 0x40) {
        screen->escape = ESCAPE_IGNORED;
    } else {
        if (screen->escape == ESCAPE_SEQUENCE && byte < 0x7f)
            sequence_run(screen, byte);
        screen->escape = ESCAPE_NONE;
    }
}

static void byte_take(struct screen *screen, uint8_t byte)
{
    if (byte < ' ') {
        screen->escape = byte == '\033' ? ESCAPE_BEGUN : ESCAPE_NONE;
        control_take(screen, byte);
    } else if (screen->escape == ESCAPE_BEGUN && byte == '[') {
        sequence_begin(screen);
    } else if (screen->escape == ESCAPE_BEGUN) {
        // Intermediates come before the byte that ends a short sequence.
        screen->escape = byte < 0x30 ? ESCAPE_BEGUN : ESCAPE_NONE;
    } else if (screen->escape != ESCAPE_NONE) {
        sequence_take(screen, byte);
    } else if (byte != 0x7f) {
        character_take(screen, byte < 0x7f ? byte : SURFACE_BOX);
    }
}

void screen_write(struct screen *screen, const char *text, size_t length)
{
    if (!screen_present(screen))
        return;
    for (size_t i = 0; i < length; i++)
        byte_take(screen, (uint8_t)text[i]);
    screen_show(screen);
}

void screen_move(struct screen *screen, volatile void *memory)
{
    screen->surface.memory = memory;
}

bool screen_present(const struct screen *screen)
{
    return screen->surface.columns != 0;
}

// The surface is blank; what is left to draw is the cursor.
static void screen_start(struct screen *screen)
{
    for (unsigned row = 0; row < SURFACE_ROWS_MAX; row++)
        for (unsigned column = 0; column < SURFACE_COLUMNS_MAX; column++)
            screen->cells[row][column] = ' ';
    screen->row = 0;
    screen->column = 0;
    screen->drawn_row = 0;
    screen->drawn_column = 0;
    screen->escape = ESCAPE_NONE;
    screen->dirty_first = screen->surface.rows;
    screen->dirty_end = 0;
    cell_touch(screen, 0, 0);
    screen_show(screen);
}

bool screen_open_text(struct screen *screen, volatile void *cells, unsigned columns, unsigned rows)
{
    if (!surface_open_text(&screen->surface, cells, columns, rows))
        return false;
    screen_start(screen);
    return true;
}

bool screen_open_framebuffer(struct screen *screen, volatile void *pixels, const struct screen_format *format)
{
    if (!surface_open_framebuffer(&screen->surface, pixels, format))
        return false;
    screen_start(screen);
    return true;
}
