// SPDX-License-Identifier: MIT
// printf: prints its arguments as a format says: %s %c %d %i %u %o %x %X with flags, width and precision, %%,
// and characters written with a backslash. The format is used again as long as arguments are left.
#include "program.h"

#include <stdlib.h>
#include <string.h>

#include "escape.h"

enum { PART_ROOM = 32, LENGTH_ROOM = 2 };

static int64_t number_read(const char *text)
{
    char *end = NULL;
    int64_t number = 0;

    if (*text == '\'' || *text == '"')
        return (unsigned char)text[1];
    number = strtoll(text, &end, 0);
    if (*end || (!*text && end == text))
        program_complain(text, "is no number");
    return number;
}

// Prints an argument (NULL: there is none left) by one part of the format, which starts with % and has
// `length` bytes.
static void part_print(const char *format, size_t length, const char *argument)
{
    char part[PART_ROOM + LENGTH_ROOM + 1] = {0};
    char kind = format[length - 1];

    if (length > PART_ROOM)
        program_usage();
    memcpy(part, format, length);
    if (kind == 's') {
        printf(part, argument ? argument : "");
    } else if (kind == 'c') {
        printf(part, argument ? *argument : 0);
    } else {
        part[length - 1] = 'l';
        part[length] = kind;
        printf(part, argument ? number_read(argument) : 0L);
    }
}

// How long the part of the format is that starts with % at its start; one that is not known ends the program.
static size_t part_length(const char *format)
{
    size_t length = 1;

    length += strspn(format + length, "-+ #0");
    length += strspn(format + length, "0123456789");
    length += format[length] == '.' ? strspn(format + length, ".0123456789") : 0;
    if (!format[length] || !strchr("scdiuoxX", format[length]))
        program_usage();
    return length + 1;
}

// Goes through the format once. Returns the arguments that are left.
static char **format_print(const char *format, char **argv)
{
    while (*format) {
        if (!strncmp(format, "%%", 2)) {
            putchar('%');
            format += 2;
        } else if (*format == '%') {
            size_t length = part_length(format);

            part_print(format, length, *argv);
            argv += *argv ? 1 : 0;
            format += length;
        } else {
            putchar(escape_read(&format));
        }
    }
    return argv;
}

int main(int argc, char **argv)
{
    const char *format = NULL;
    char **before = NULL;

    (void)argc;
    program_start(*argv++, "FORMAT [ARGUMENT...]");
    format = *argv++;
    if (!format)
        program_usage();
    do {
        before = argv;
        argv = format_print(format, argv);
    } while (*argv && argv != before);
    return program_end();
}
