// SPDX-License-Identifier: MIT
//
// Draws by writing only: reading video memory is slow. Invariant: a surface that is open has at least one
// cell, and every pixel of every cell lies in the memory that the caller gave.
#include "x86/surface.h"

#include <stddef.h>

#include "x86/font.h"

enum {
    TEXT_BOX = 0xfe, // the small filled square of code page 437
    TEXT_NORMAL = 0x07,
    TEXT_INVERSE = 0x70,

    INK_LEVEL = 0xd0, // of 255, for each colour: a light grey
    PAPER = 0,        // black, in every format

    SIDE_MAX = 16384, // pixels; keeps the scale of the font in one byte
};

// Framebuffer rows may start at any address.
typedef uint16_t pixel16 __attribute__((aligned(1), may_alias));
typedef uint32_t pixel32 __attribute__((aligned(1), may_alias));

static void pixel_put(const struct surface *surface, volatile uint8_t *at, uint32_t colour)
{
    if (surface->pixel_bytes == 4) {
        *(volatile pixel32 *)at = colour;
    } else if (surface->pixel_bytes == 2) {
        *(volatile pixel16 *)at = (uint16_t)colour;
    } else {
        at[0] = (uint8_t)colour;
        at[1] = (uint8_t)(colour >> 8);
        at[2] = (uint8_t)(colour >> 16);
    }
}

static void glyph_row_draw(const struct surface *surface, volatile uint8_t *at, unsigned ink)
{
    for (unsigned bit = 1U << (FONT_WIDTH - 1); bit != 0; bit >>= 1) {
        for (unsigned i = 0; i < surface->scale; i++) {
            pixel_put(surface, at, (ink & bit) != 0 ? surface->ink : PAPER);
            at += surface->pixel_bytes;
        }
    }
}

static void glyph_draw(const struct surface *surface, unsigned row, unsigned column, uint8_t character,
                       bool inverse)
{
    unsigned height = FONT_HEIGHT * surface->scale;
    size_t width = (size_t)FONT_WIDTH * surface->scale * surface->pixel_bytes;
    volatile uint8_t *at = surface->memory + (size_t)row * height * surface->pitch + column * width;

    for (unsigned y = 0; y < height; y++) {
        unsigned ink = font_row(character, y / surface->scale);

        glyph_row_draw(surface, at, inverse ? ~ink : ink);
        at += surface->pitch;
    }
}

static void text_draw(const struct surface *surface, unsigned row, unsigned column, uint8_t character,
                      bool inverse)
{
    volatile uint8_t *at = surface->memory + 2 * ((size_t)row * surface->columns + column);

    at[0] = character == SURFACE_BOX ? TEXT_BOX : character;
    at[1] = inverse ? TEXT_INVERSE : TEXT_NORMAL;
}

static bool field_valid(const struct screen_format *format, unsigned position, unsigned size)
{
    return size > 0 && position + size <= format->bits_per_pixel;
}

static bool format_valid(const struct screen_format *format, uintptr_t address)
{
    unsigned bits = format->bits_per_pixel;
    uint64_t row_bytes = (uint64_t)format->width * ((bits + 7) / 8);

    return (bits == 15 || bits == 16 || bits == 24 || bits == 32) && format->width <= SIDE_MAX &&
           format->height <= SIDE_MAX && format->pitch >= row_bytes &&
           (uint64_t)format->height * format->pitch <= UINTPTR_MAX - address &&
           field_valid(format, format->red_position, format->red_size) &&
           field_valid(format, format->green_position, format->green_size) &&
           field_valid(format, format->blue_position, format->blue_size);
}

// The level, 0 to 255, in a field of the given size.
static uint32_t field(uint32_t level, unsigned position, unsigned size)
{
    return (size < 8 ? level >> (8 - size) : level << (size - 8)) << position;
}

static void pixels_clear(const struct surface *surface, const struct screen_format *format)
{
    for (uint32_t y = 0; y < format->height; y++) {
        volatile uint8_t *at = surface->memory + (size_t)y * format->pitch;

        for (uint32_t x = 0; x < format->width; x++) {
            pixel_put(surface, at, PAPER);
            at += surface->pixel_bytes;
        }
    }
}

bool surface_open_text(struct surface *surface, volatile void *cells, unsigned columns, unsigned rows)
{
    if (columns == 0 || columns > SURFACE_COLUMNS_MAX || rows == 0 || rows > SURFACE_ROWS_MAX)
        return false;
    *surface = (struct surface){.memory = cells, .columns = (uint8_t)columns, .rows = (uint8_t)rows};
    for (unsigned row = 0; row < rows; row++)
        for (unsigned column = 0; column < columns; column++)
            text_draw(surface, row, column, ' ', false);
    return true;
}

bool surface_open_framebuffer(struct surface *surface, volatile void *pixels,
                              const struct screen_format *format)
{
    unsigned scale = 1;
    uint32_t columns;
    uint32_t rows;

    if (!format_valid(format, (uintptr_t)pixels))
        return false;
    while (format->width / (FONT_WIDTH * scale) > SURFACE_COLUMNS_MAX ||
           format->height / (FONT_HEIGHT * scale) > SURFACE_ROWS_MAX)
        scale++;
    columns = format->width / (FONT_WIDTH * scale);
    rows = format->height / (FONT_HEIGHT * scale);
    if (columns == 0 || rows == 0)
        return false;
    *surface = (struct surface){
        .memory = pixels,
        .pitch = format->pitch,
        .ink = field(INK_LEVEL, format->red_position, format->red_size) |
               field(INK_LEVEL, format->green_position, format->green_size) |
               field(INK_LEVEL, format->blue_position, format->blue_size),
        .pixel_bytes = (uint8_t)((format->bits_per_pixel + 7) / 8),
        .scale = (uint8_t)scale,
        .columns = (uint8_t)columns,
        .rows = (uint8_t)rows,
    };
    pixels_clear(surface, format);
    return true;
}

void surface_draw(const struct surface *surface, unsigned row, unsigned column, uint8_t character,
                  bool inverse)
{
    if (surface->pixel_bytes == 0)
        text_draw(surface, row, column, character, inverse);
    else
        glyph_draw(surface, row, column, character, inverse);
}
