// SPDX-License-Identifier: MIT
/*
 * Invariant: cursor <= length <= LINE_SIZE, whatever comes in, and the text has no control characters.
 */
#include "core/line.h"

#define ESCAPE  0x1b
#define TAB     8
#define LARGEST 999

/* Stands for a byte that is not ASCII: some of those are control characters to some terminals. */
#define FOREIGN '?'

enum { ESCAPE_NONE, ESCAPE_BEGUN, ESCAPE_CSI };

void line_clear(struct line *line)
{
    line->length = 0;
    line->cursor = 0;
    line->escape = ESCAPE_NONE;
}

/* Puts a character at the cursor, over what is there. */
static bool character_put(struct line *line, char character)
{
    if (line->cursor == LINE_SIZE) {
        return false;
    }
    line->text[line->cursor++] = character;
    if (line->cursor > line->length) {
        line->length = line->cursor;
    }
    return true;
}

static bool tab_put(struct line *line)
{
    do {
        if (!character_put(line, ' ')) {
            return false;
        }
    } while (line->cursor % TAB != 0);
    return true;
}

/* The last byte of a control sequence: what it does. */
static void sequence_end(struct line *line, char final)
{
    uint16_t count = line->parameter != 0 ? line->parameter : 1;

    if (final == 'D') {
        line->cursor = line->cursor > count ? line->cursor - count : 0;
    } else if (final == 'C') {
        line->cursor = line->length - line->cursor > count ? line->cursor + count : line->length;
    } else if (final == 'K' && line->parameter == 0) {
        line->length = line->cursor;
    }
}

static void sequence_put(struct line *line, char byte)
{
    if (line->escape == ESCAPE_BEGUN) {
        line->escape = byte == '[' ? ESCAPE_CSI : ESCAPE_NONE;
        line->parameter = 0;
    } else if (byte >= '0' && byte <= '9') {
        line->parameter = line->parameter * 10 + (byte - '0');
        line->parameter = line->parameter < LARGEST ? line->parameter : LARGEST;
    } else if (byte >= '@') {
        sequence_end(line, byte);
        line->escape = ESCAPE_NONE;
    }
}

static void control_put(struct line *line, char byte)
{
    switch (byte) {
    case '\b':
        line->cursor -= line->cursor != 0 ? 1 : 0;
        break;
    case '\r':
        line->cursor = 0;
        break;
    case ESCAPE:
        line->escape = ESCAPE_BEGUN;
        break;
    default: /* what would ring or shift is not for others to hear or see */
        break;
    }
}

bool line_put(struct line *line, char byte)
{
    uint8_t code = (uint8_t)byte;

    if (byte == '\n') {
        return true;
    }
    if (line->escape != ESCAPE_NONE && code >= ' ' && code < 0x7f) {
        sequence_put(line, byte);
        return false;
    }
    line->escape = ESCAPE_NONE;
    if (byte == '\t') {
        return !tab_put(line);
    }
    if (code < ' ' || code == 0x7f) {
        control_put(line, byte);
        return false;
    }
    return !character_put(line, (char)(code < 0x7f ? byte : FOREIGN));
}
