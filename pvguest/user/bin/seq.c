// SPDX-License-Identifier: MIT
// seq: counts, in whole numbers, from the first (1) to the last in steps (of 1).
#include "program.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *separator = "\n";
static bool equal_width;

static const struct program_option options[] = {{'s', .text = &separator}, {'w', .flag = &equal_width}, {0}};

static int64_t number_read(const char *text)
{
    char *end = NULL;
    int64_t number = 0;

    errno = 0;
    number = strtoll(text, &end, 10);
    if (errno || end == text || *end)
        program_usage();
    return number;
}

static int digits(int64_t number)
{
    return snprintf(NULL, 0, "%ld", number);
}

static void count(int64_t first, int64_t step, int64_t last)
{
    int width = equal_width ? (digits(first) > digits(last) ? digits(first) : digits(last)) : 0;

    for (bool more = step > 0 ? first <= last : first >= last; more;) {
        printf("%0*ld", width, first);
        more = !__builtin_add_overflow(first, step, &first) && (step > 0 ? first <= last : first >= last);
        fputs(more ? separator : "\n", stdout);
    }
}

// A negative number is not an option, and behind the first number there are none.
static bool is_number(const char *word)
{
    return word && word[0] == '-' && word[1] >= '0' && word[1] <= '9';
}

int main(int argc, char **argv)
{
    int64_t bound[3] = {1, 1, 1};
    int given = 0;

    (void)argc;
    if (is_number(argv[1]))
        program_start(*argv++, "");
    else
        argv = program_begin_command(argv, "[-w] [-s SEPARATOR] [FIRST [STEP]] LAST", options);
    for (; given < 3 && argv[given]; given++)
        bound[given] = number_read(argv[given]);
    if (given == 1)
        count(1, 1, bound[0]);
    else if (given == 2)
        count(bound[0], 1, bound[1]);
    else if (given == 3 && !argv[given] && bound[1])
        count(bound[0], bound[1], bound[2]);
    else
        program_usage();
    return program_end();
}
