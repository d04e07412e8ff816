// SPDX-License-Identifier: MIT
// wc: counts lines, words and bytes.
#include "program.h"

#include <ctype.h>
#include <string.h>

struct counts {
    uint64_t lines;
    uint64_t words;
    uint64_t bytes;
};

static bool want_lines;
static bool want_words;
static bool want_bytes;
static struct counts total;
static unsigned files;

static const struct program_option options[] = {
    {'l', .flag = &want_lines}, {'w', .flag = &want_words}, {'c', .flag = &want_bytes}, {0}};

// A single number stands alone, several are in columns.
static void number_print(bool wanted, uint64_t number, bool *first)
{
    bool alone = want_lines + want_words + want_bytes == 1;

    if (!wanted)
        return;
    printf("%s%*lu", *first ? "" : " ", alone ? 0 : 7, number);
    *first = false;
}

static void counts_print(const struct counts *counts, const char *name)
{
    bool first = true;

    number_print(want_lines, counts->lines, &first);
    number_print(want_words, counts->words, &first);
    number_print(want_bytes, counts->bytes, &first);
    printf(*name ? " %s\n" : "\n", name);
}

static void file_count(FILE *file, const char *name)
{
    struct counts counts = {0};
    bool inside = false;

    for (int byte = getc(file); byte != EOF; byte = getc(file)) {
        bool space = isspace(byte);

        counts.bytes++;
        counts.lines += byte == '\n';
        counts.words += !space && !inside;
        inside = !space;
    }
    counts_print(&counts, strcmp(name, "-") != 0 ? name : "");
    total.lines += counts.lines;
    total.words += counts.words;
    total.bytes += counts.bytes;
    files++;
}

int main(int argc, char **argv)
{
    (void)argc;
    argv = program_begin(argv, "[-lwc] [FILE...]", options);
    if (!want_lines && !want_words && !want_bytes)
        want_lines = want_words = want_bytes = true;
    program_each_file(argv, file_count);
    if (files > 1)
        counts_print(&total, "total");
    return program_end();
}
