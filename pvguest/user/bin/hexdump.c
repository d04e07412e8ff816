// SPDX-License-Identifier: MIT
// hexdump: prints bytes in hexadecimal, as words of two bytes, or with -C one by one with their characters
// beside. All files are one stream. Lines that repeat the one before are shown as one star, but for -v.
#include "program.h"

#include <ctype.h>
#include <string.h>

enum { ROW = 16 };

static bool characters;
static bool verbose;
static uint64_t limit = UINT64_MAX;
static uint64_t skip;

static const struct program_option options[] = {{'C', .flag = &characters},
                                                {'v', .flag = &verbose},
                                                {'n', .number = &limit},
                                                {'s', .number = &skip},
                                                {0}};

static unsigned char row[ROW];
static size_t filled;
static unsigned char row_before[ROW];
static uint64_t offset; // of the row
static bool starred;

static void row_words(void)
{
    for (size_t i = 0; i < filled; i += 2)
        printf(" %02x%02x", i + 1 < filled ? row[i + 1] : 0, row[i]);
    for (size_t i = (filled + 1) / 2; i < ROW / 2; i++)
        fputs("     ", stdout);
}

static void row_characters(void)
{
    for (size_t i = 0; i < ROW; i++) {
        fputs(i % (ROW / 2) ? " " : "  ", stdout);
        if (i < filled)
            printf("%02x", row[i]);
        else
            fputs("  ", stdout);
    }
    fputs("  |", stdout);
    for (size_t i = 0; i < filled; i++)
        putchar(isprint(row[i]) ? row[i] : '.');
    putchar('|');
}

static void row_print(void)
{
    printf(characters ? "%08lx" : "%07lx", offset);
    if (characters)
        row_characters();
    else
        row_words();
    putchar('\n');
}

static void row_end(void)
{
    bool same = offset > skip && filled == ROW && !memcmp(row, row_before, ROW);

    if (!same || verbose)
        row_print();
    else if (!starred)
        puts("*");
    starred = same;
    memcpy(row_before, row, ROW);
    offset += filled;
    filled = 0;
}

static void file_dump(FILE *file, const char *name)
{
    static uint64_t seen;

    (void)name;
    while (seen < skip || seen - skip < limit) {
        int byte = getc(file);

        if (byte == EOF)
            return;
        if (seen++ < skip)
            continue;
        row[filled++] = (unsigned char)byte;
        if (filled == ROW)
            row_end();
    }
}

int main(int argc, char **argv)
{
    (void)argc;
    argv = program_begin(argv, "[-Cv] [-n LENGTH] [-s SKIP] [FILE...]", options);
    offset = skip;
    program_each_file(argv, file_dump);
    if (filled)
        row_end();
    if (offset > skip)
        printf(characters ? "%08lx\n" : "%07lx\n", offset);
    return program_end();
}
