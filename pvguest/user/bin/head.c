// SPDX-License-Identifier: MIT
// head: prints the first lines, or bytes, of files.
#include "program.h"

#include "heading.h"

static uint64_t lines = HEADING_LINES;
static uint64_t bytes = UINT64_MAX;

static const struct program_option options[] = {
    {'n', .number = &lines}, {'#', .number = &lines}, {'c', .number = &bytes}, {0}};

static void file_head(FILE *file, const char *name)
{
    uint64_t lines_left = bytes == UINT64_MAX ? lines : UINT64_MAX;
    uint64_t bytes_left = bytes;

    heading_print(name);
    while (lines_left && bytes_left) {
        int byte = getc(file);

        if (byte == EOF)
            return;
        putchar(byte);
        lines_left -= byte == '\n';
        bytes_left--;
    }
}

int main(int argc, char **argv)
{
    (void)argc;
    argv = program_begin(argv, "[-n LINES | -c BYTES | -LINES] [FILE...]", options);
    headings_start(argv);
    program_each_file(argv, file_head);
    return program_end();
}
