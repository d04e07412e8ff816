// SPDX-License-Identifier: MIT
// date: prints the time, in UTC.
#include "program.h"

#include <string.h>
#include <time.h>

enum { TEXT_ROOM = 256 };

static const char *given;
static bool utc;

static const struct program_option options[] = {{'d', .text = &given}, {'u', .flag = &utc}, {0}};

int main(int argc, char **argv)
{
    const char *format = "%a %b %e %H:%M:%S UTC %Y";
    char text[TEXT_ROOM];
    time_t now = 0;

    (void)argc;
    argv = program_begin(argv, "[-u] [-d @SECONDS] [+FORMAT]", options);
    if (argv[0] && (*argv[0] != '+' || argv[1]))
        program_usage();
    if (given && *given != '@')
        program_usage();
    if (argv[0])
        format = argv[0] + 1;
    now = given ? (time_t)program_number(given + 1) : time(NULL);
    if (!strftime(text, sizeof text, format, gmtime(&now)) && *format)
        program_complain(format, "too long");
    else
        puts(*format ? text : "");
    return program_end();
}
