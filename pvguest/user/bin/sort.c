// SPDX-License-Identifier: MIT
// sort: sorts the lines of all files together. Lines whose keys are equal are ordered by all their bytes.
#include "program.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "line.h"

static bool reversed;
static bool numeric;
static bool unique;
static uint64_t key_field = 1;
static const char *separator;

static const struct program_option options[] = {{'r', .flag = &reversed},  {'n', .flag = &numeric},
                                                {'u', .flag = &unique},    {'k', .number = &key_field},
                                                {'t', .text = &separator}, {0}};

struct entry {
    const char *text;
    const char *key;
    size_t place; // in the input
};

static struct lines lines;
static struct entry *entries; // one for each line

// Where the key starts: field 1 is the line's start. Blanks in front of a field belong to it, a separator
// does not.
static const char *key_find(const char *text)
{
    for (uint64_t field = 1; field < key_field && *text; field++) {
        if (separator) {
            text += strcspn(text, separator);
            text += *text ? 1 : 0;
        } else {
            text += strspn(text, " \t");
            text += strcspn(text, " \t");
        }
    }
    return text;
}

// The number at the start of the text, and 0 for none: sign, digits and a fraction, but no exponent.
static double number_read(const char *text)
{
    double value = 0;
    double scale = 1;
    bool negative = false;

    text += strspn(text, " \t");
    negative = *text == '-';
    text += negative;
    for (; isdigit((unsigned char)*text); text++)
        value = value * 10 + (*text - '0');
    text += *text == '.';
    for (; isdigit((unsigned char)*text); text++) {
        scale /= 10;
        value += scale * (*text - '0');
    }
    return negative ? -value : value;
}

static int number_compare(const char *a, const char *b)
{
    double x = number_read(a);
    double y = number_read(b);

    return (x > y) - (x < y);
}

static int entry_compare(const void *left, const void *right)
{
    const struct entry *a = left;
    const struct entry *b = right;
    int order = numeric ? number_compare(a->key, b->key) : strcmp(a->key, b->key);

    if (!order && !unique)
        order = strcmp(a->text, b->text);
    if (order)
        return reversed ? -order : order;
    return a->place < b->place ? -1 : 1;
}

static void file_take(FILE *file, const char *name)
{
    (void)name;
    lines_read(&lines, file);
}

static void lines_sort(void)
{
    entries = program_allocate(lines.count, sizeof *entries);
    for (size_t i = 0; i < lines.count; i++)
        entries[i] =
            (struct entry){.text = lines.line[i].text, .key = key_find(lines.line[i].text), .place = i};
    if (lines.count)
        qsort(entries, lines.count, sizeof *entries, entry_compare);
}

static bool repeats(size_t i)
{
    const char *before = i ? entries[i - 1].key : NULL;

    if (!before)
        return false;
    return numeric ? !number_compare(before, entries[i].key) : !strcmp(before, entries[i].key);
}

int main(int argc, char **argv)
{
    (void)argc;
    argv = program_begin(argv, "[-rnu] [-k FIELD] [-t SEPARATOR] [FILE...]", options);
    if (!key_field || (separator && strlen(separator) != 1))
        program_usage();
    program_each_file(argv, file_take);
    lines_sort();
    for (size_t i = 0; i < lines.count; i++) {
        if (!unique || !repeats(i))
            puts(entries[i].text);
    }
    return program_end();
}
