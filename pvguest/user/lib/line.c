// SPDX-License-Identifier: MIT
// Reads lines into memory that grows with them.
#include "line.h"

#include <stdlib.h>
#include <string.h>

#include "program.h"

enum { LINE_FIRST = 120, LINES_FIRST = 64 };

void line_append(struct line *line, const char *bytes, size_t count)
{
    if (line->length + count >= line->capacity) {
        line->capacity = 2 * (line->length + count) + LINE_FIRST;
        line->text = program_reallocate(line->text, line->capacity, 1);
    }
    memcpy(line->text + line->length, bytes, count);
    line->length += count;
    line->text[line->length] = 0;
}

bool line_read(struct line *line, FILE *file)
{
    int byte = getc(file);

    line->length = 0;
    if (byte == EOF)
        return false;
    line_append(line, "", 0);
    for (; byte != EOF && byte != '\n'; byte = getc(file)) {
        char letter = (char)byte;

        line_append(line, &letter, 1);
    }
    return true;
}

void line_free(struct line *line)
{
    free(line->text);
    *line = (struct line){0};
}

// A line that is kept takes no more memory than it needs.
void lines_read(struct lines *lines, FILE *file)
{
    struct line line = {0};

    while (line_read(&line, file)) {
        struct line kept = {.length = line.length, .capacity = line.length + 1};

        kept.text = program_allocate(kept.capacity, 1);
        memcpy(kept.text, line.text, line.length);
        if (lines->count == lines->capacity) {
            lines->capacity = lines->capacity ? 2 * lines->capacity : LINES_FIRST;
            lines->line = program_reallocate(lines->line, lines->capacity, sizeof *lines->line);
        }
        lines->line[lines->count++] = kept;
    }
    line_free(&line);
}
