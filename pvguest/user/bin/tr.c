// SPDX-License-Identifier: MIT
// tr: replaces, deletes or squeezes characters of the standard input. Sets know ranges, escapes and
// [:classes:].
#include "program.h"

#include <string.h>

#include "escape.h"
#include "pattern.h"

enum { CHARACTERS = 256 };

static bool delete;
static bool squeeze;
static bool complement;

static const struct program_option options[] = {
    {'d', .flag = &delete}, {'s', .flag = &squeeze}, {'c', .flag = &complement}, {0}};

// A set, in its order.
struct set {
    unsigned char member[CHARACTERS];
    size_t count;
};

static void set_add(struct set *set, int byte)
{
    if (set->count < CHARACTERS)
        set->member[set->count++] = (unsigned char)byte;
}

static bool set_has(const struct set *set, int byte)
{
    return memchr(set->member, byte, set->count);
}

// Adds the class at the text's start. Returns how long its name is, 0 if there is none.
static size_t set_add_class(struct set *set, const char *text)
{
    size_t length = 0;
    class_test *test = class_find(text, &length);

    if (!test)
        return 0;
    for (int byte = 0; byte < CHARACTERS; byte++) {
        if (test(byte))
            set_add(set, byte);
    }
    return length;
}

static void set_read(struct set *set, const char *text)
{
    while (*text) {
        size_t class = set_add_class(set, text);
        int first = 0;
        int last = 0;

        text += class;
        if (class)
            continue;
        first = last = escape_read(&text);
        if (text[0] == '-' && text[1]) {
            text++;
            last = escape_read(&text);
        }
        if (last < first)
            program_usage();
        for (; first <= last; first++)
            set_add(set, first);
    }
}

static void set_complement(struct set *set)
{
    struct set others = {.count = 0};

    for (int byte = 0; byte < CHARACTERS; byte++) {
        if (!set_has(set, byte))
            set_add(&others, byte);
    }
    *set = others;
}

// Where every character goes: to the one at the same place in the second set, or to that set's last.
static void table_make(unsigned char *table, const struct set *from, const struct set *to)
{
    for (int byte = 0; byte < CHARACTERS; byte++)
        table[byte] = (unsigned char)byte;
    // The last one first: of a character that stands in the set twice, the first place counts.
    for (size_t i = from->count; to->count && i-- > 0;)
        table[from->member[i]] = to->member[i < to->count ? i : to->count - 1];
}

static void input_translate(const unsigned char *table, const struct set *deleted, const struct set *squeezed)
{
    int last = EOF;

    for (int byte = getchar(); byte != EOF; byte = getchar()) {
        int out = table[byte];

        if (set_has(deleted, byte) || (out == last && set_has(squeezed, out)))
            continue;
        putchar(out);
        last = out;
    }
}

int main(int argc, char **argv)
{
    static const struct set none;
    static struct set first;
    static struct set second;
    unsigned char table[CHARACTERS];
    bool two = false;

    (void)argc;
    argv = program_begin(argv, "[-cds] SET [SET]", options);
    two = argv[0] && argv[1];
    if (!argv[0] || (two && argv[2]) || two != (delete == squeeze || (squeeze && !delete &&two)))
        program_usage();
    set_read(&first, argv[0]);
    if (complement)
        set_complement(&first);
    if (two)
        set_read(&second, argv[1]);
    table_make(table, &first, delete ? &none : &second);
    input_translate(table, delete ? &first : &none, !squeeze ? &none : two ? &second : &first);
    return program_end();
}
