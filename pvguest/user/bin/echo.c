// SPDX-License-Identifier: MIT
// echo: prints its arguments. Its options are read by hand: what is not one of them is printed.
#include "program.h"

#include <string.h>

#include "escape.h"

static bool no_newline;
static bool escapes;

static bool options_take(const char *word)
{
    if (word[0] != '-' || !word[1] || strspn(word + 1, "neE") != strlen(word + 1))
        return false;
    for (word++; *word; word++) {
        if (*word == 'n')
            no_newline = true;
        else
            escapes = *word == 'e';
    }
    return true;
}

// Prints one word; false when \c in it ends all output.
static bool word_print(const char *word)
{
    while (*word) {
        if (escapes && !strncmp(word, "\\c", 2))
            return false;
        putchar(escapes ? escape_read(&word) : *word++);
    }
    return true;
}

int main(int argc, char **argv)
{
    (void)argc;
    program_start(*argv++, "[-neE] [WORD...]");
    while (*argv && options_take(*argv))
        argv++;
    for (; *argv; argv++) {
        if (!word_print(*argv))
            return program_end();
        if (argv[1])
            putchar(' ');
    }
    if (!no_newline)
        putchar('\n');
    return program_end();
}
