// SPDX-License-Identifier: MIT
// uniq: prints each run of equal lines once.
#include "program.h"

#include <string.h>

#include "line.h"

static bool counted;
static bool only_repeated;
static bool only_single;

static const struct program_option options[] = {
    {'c', .flag = &counted}, {'d', .flag = &only_repeated}, {'u', .flag = &only_single}, {0}};

static void run_print(const struct line *line, uint64_t length)
{
    if ((only_repeated && length == 1) || (only_single && length > 1))
        return;
    if (counted)
        printf("%7lu ", length);
    puts(line->text);
}

static void file_unite(FILE *file, const char *name)
{
    struct line line = {0};
    struct line next = {0};
    uint64_t length = line_read(&line, file);

    (void)name;
    while (length && line_read(&next, file)) {
        struct line swapped = line;

        if (!strcmp(line.text, next.text)) {
            length++;
            continue;
        }
        run_print(&line, length);
        line = next;
        next = swapped;
        length = 1;
    }
    if (length)
        run_print(&line, length);
    line_free(&line);
    line_free(&next);
}

int main(int argc, char **argv)
{
    (void)argc;
    argv = program_begin(argv, "[-cdu] [FILE]", options);
    if (argv[0] && argv[1])
        program_usage();
    program_each_file(argv, file_unite);
    return program_end();
}
