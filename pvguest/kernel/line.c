// SPDX-License-Identifier: MIT
// The line of a terminal. The end of the input is kept in the ring as the key that makes it: in canonical
// mode that byte is nothing else.
//
// Invariant: first <= ready <= typed <= first + LINE_SIZE, as distances on the ring.
#include "kernel/line.h"

enum {
    KEY_END = 0x04,   // Ctrl-D
    KEY_BACK = 0x08,  // Ctrl-H
    KEY_KILL = 0x15,  // Ctrl-U
    KEY_WORD = 0x17,  // Ctrl-W
    KEY_DELETE = 0x7f // the key over Return
};

static char *line_at(struct line *line, uint32_t position)
{
    return &line->bytes[position % LINE_SIZE];
}

static bool is_control(char key)
{
    return (uint8_t)key < ' ' || key == KEY_DELETE;
}

static void show(const struct line *line, const char *bytes, size_t size)
{
    if (line->show != NULL)
        line->show(bytes, size);
}

void line_show_key(const struct line *line, char key)
{
    char shown[2] = {'^', (char)(key ^ 0x40)};

    if (key == '\n' || !is_control(key))
        show(line, &key, 1);
    else
        show(line, shown, sizeof(shown));
}

// Puts a byte at the end if so many more would fit, too.
static bool byte_append(struct line *line, char byte, uint32_t spare)
{
    if (line->typed - line->first + spare >= LINE_SIZE)
        return false;
    *line_at(line, line->typed++) = byte;
    return true;
}

// Takes back the last character that was typed.
static void character_erase(struct line *line)
{
    char erased = *line_at(line, --line->typed);

    show(line, "\b \b", 3);
    if (is_control(erased))
        show(line, "\b \b", 3);
}

static bool last_is_blank(struct line *line)
{
    char last = *line_at(line, line->typed - 1);

    return last == ' ' || last == '\t';
}

static void word_erase(struct line *line)
{
    while (line->typed != line->ready && last_is_blank(line))
        character_erase(line);
    while (line->typed != line->ready && !last_is_blank(line))
        character_erase(line);
}

static void line_end(struct line *line, char key)
{
    if (!byte_append(line, key, 0))
        return;
    if (key == '\n')
        line_show_key(line, key);
    line->ready = line->typed;
}

void line_type(struct line *line, char key)
{
    switch (key) {
    case KEY_BACK:
    case KEY_DELETE:
        if (line->typed != line->ready)
            character_erase(line);
        break;
    case KEY_KILL:
        while (line->typed != line->ready)
            character_erase(line);
        break;
    case KEY_WORD:
        word_erase(line);
        break;
    case '\n':
    case '\r':
        line_end(line, '\n');
        break;
    case KEY_END:
        line_end(line, key);
        break;
    default:
        if (byte_append(line, key, 1))
            line_show_key(line, key);
    }
}

void line_append(struct line *line, char byte)
{
    if (!byte_append(line, byte, 0))
        return;
    line->ready = line->typed;
    line_show_key(line, byte);
}

void line_discard(struct line *line)
{
    line->first = line->typed;
    line->ready = line->typed;
}

void line_release(struct line *line)
{
    line->ready = line->typed;
}

struct line_part line_read(const struct line *line, bool canonical, char *to, size_t size)
{
    struct line_part part = {.size = 0};
    uint32_t ready = line->ready - line->first;

    while (part.used < ready && !part.ended) {
        char byte = line->bytes[(line->first + part.used) % LINE_SIZE];
        bool mark = canonical && byte == KEY_END;

        // A mark right behind the last byte belongs to it: it must not be a second end.
        if (part.size == size && !mark)
            break;
        if (!mark)
            to[part.size++] = byte;
        part.used++;
        part.ended = mark || (canonical && byte == '\n');
    }
    return part;
}

void line_drop(struct line *line, uint32_t used)
{
    line->first += used;
}
