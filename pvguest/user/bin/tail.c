// SPDX-License-Identifier: MIT
// tail: prints the last lines, or bytes, of files; with +N, all from the Nth on. Only what may have to be
// printed is kept: a ring of bytes or of lines.
#include "program.h"

#include <stdlib.h>

#include "heading.h"
#include "line.h"

static const char *lines;
static const char *bytes;

static const struct program_option options[] = {
    {'n', .text = &lines}, {'#', .text = &lines}, {'c', .text = &bytes}, {0}};

// Prints from the Nth line or byte on.
static void file_from(FILE *file, uint64_t number)
{
    uint64_t passed = 1;

    for (int byte = getc(file); byte != EOF; byte = getc(file)) {
        if (passed >= number)
            putchar(byte);
        else
            passed += bytes || byte == '\n';
    }
}

static void file_last_bytes(FILE *file, uint64_t count)
{
    char *ring = program_allocate(count, 1);
    uint64_t seen = 0;

    for (int byte = getc(file); count && byte != EOF; byte = getc(file))
        ring[seen++ % count] = (char)byte;
    for (uint64_t i = seen > count ? seen - count : 0; i < seen; i++)
        putchar(ring[i % count]);
    free(ring);
}

static void file_last_lines(FILE *file, uint64_t count)
{
    struct line *ring = program_allocate(count + 1, sizeof *ring);
    uint64_t seen = 0;

    // One more than is asked for: the one that is being read.
    while (line_read(&ring[seen % (count + 1)], file))
        seen++;
    for (uint64_t i = seen > count ? seen - count : 0; i < seen; i++) {
        const struct line *line = &ring[i % (count + 1)];

        fwrite(line->text, 1, line->length, stdout);
        putchar('\n');
    }
    for (uint64_t i = 0; i <= count; i++)
        line_free(&ring[i]);
    free(ring);
}

static void file_tail(FILE *file, const char *name)
{
    const char *text = bytes ? bytes : lines;
    uint64_t count = text ? program_number(text + (*text == '+' || *text == '-')) : HEADING_LINES;

    heading_print(name);
    if (text && *text == '+')
        file_from(file, count);
    else if (bytes)
        file_last_bytes(file, count);
    else
        file_last_lines(file, count);
}

int main(int argc, char **argv)
{
    (void)argc;
    argv = program_begin(argv, "[-n [+]LINES | -c [+]BYTES | -LINES] [FILE...]", options);
    headings_start(argv);
    program_each_file(argv, file_tail);
    return program_end();
}
