// SPDX-License-Identifier: MIT
// yes: prints its arguments, or y, until it is stopped or nobody reads it any more.
#include "program.h"

int main(int argc, char **argv)
{
    (void)argc;
    program_start(*argv++, "[WORD...]");
    while (!ferror(stdout)) {
        if (!*argv)
            fputs("y", stdout);
        for (char **word = argv; *word; word++) {
            fputs(*word, stdout);
            fputs(word[1] ? " " : "", stdout);
        }
        putchar('\n');
    }
    return program_end();
}
