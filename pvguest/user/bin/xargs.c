// SPDX-License-Identifier: MIT
// xargs: runs a program with the words of the standard input as its last arguments, some at a time. Without
// any words it is not run.
#include "program.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "line.h"
#include "run.h"

// Together they stay within what exec() takes.
enum { WORDS_MOST = 64, BYTES_MOST = 2048, STATUS_SOME_FAILED = 123 };

static uint64_t at_once = WORDS_MOST;

static const struct program_option options[] = {{'n', .number = &at_once}, {0}};

// Reads the next word into `word`; false: there is none.
static bool word_read(struct line *word)
{
    char text[BYTES_MOST];
    size_t length = 0;
    int byte = getchar();

    while (byte != EOF && isspace(byte))
        byte = getchar();
    for (; byte != EOF && !isspace(byte) && length < sizeof text - 1; byte = getchar())
        text[length++] = (char)byte;
    text[length] = 0;
    free(word->text);
    word->text = program_copy(text);
    word->length = length;
    return length;
}

// Fills the list with words from *next on. Returns how many there are; the word that did not fit is in *next.
static size_t words_fill(char **list, struct line *next)
{
    size_t count = 0;
    size_t bytes = 0;

    while (next->text && count < at_once && bytes + next->length < BYTES_MOST) {
        bytes += next->length;
        list[count++] = next->text;
        *next = (struct line){0};
        if (!word_read(next))
            line_free(next);
    }
    list[count] = NULL;
    return count;
}

int main(int argc, char **argv)
{
    static char *print[] = {"echo", NULL};
    char **command = program_allocate((size_t)argc + WORDS_MOST + 2, sizeof *command);
    struct line next = {0};
    size_t fixed = 0;
    bool failed = false;

    argv = program_begin_command(argv, "[-n WORDS] [PROGRAM [ARGUMENT...]]", options);
    if (!at_once || at_once > WORDS_MOST)
        program_usage();
    argv = *argv ? argv : print;
    for (; argv[fixed]; fixed++)
        command[fixed] = argv[fixed];
    if (!word_read(&next))
        line_free(&next);
    while (next.text) {
        size_t count = words_fill(command + fixed, &next);

        failed = program_run(command) || failed;
        while (count-- > 0)
            free(command[fixed + count]);
    }
    free(command);
    return program_end() || failed ? STATUS_SOME_FAILED : 0;
}
