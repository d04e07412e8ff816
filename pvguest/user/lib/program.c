// SPDX-License-Identifier: MIT
// A program's name, options, complaints and status. It prints without printf, which most small programs do
// not need.
#include "program.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "folder.h"

enum { STATUS_ERROR = 1, STATUS_USAGE = 2, KIB_SHIFT = 10 };

static const char *own_name;
static const char *own_usage;
static int own_status;

void program_start(const char *path, const char *usage)
{
    own_name = path ? path_last(path) : "?";
    own_usage = usage;
}

const char *program_name(void)
{
    return own_name;
}

void program_usage(void)
{
    fflush(stdout);
    fputs("usage: ", stderr);
    fputs(own_name, stderr);
    fputs(*own_usage ? " " : "", stderr);
    fputs(own_usage, stderr);
    fputs("\n", stderr);
    exit(STATUS_USAGE);
}

void program_complain(const char *what, const char *reason)
{
    fflush(stdout);
    fputs(own_name, stderr);
    fputs(": ", stderr);
    fputs(what, stderr);
    fputs(": ", stderr);
    fputs(reason, stderr);
    fputs("\n", stderr);
    own_status = STATUS_ERROR;
}

void program_error(const char *what)
{
    program_complain(what, strerror(errno));
}

void program_fail(const char *what)
{
    program_error(what);
    exit(STATUS_ERROR);
}

int program_end(void)
{
    if (fflush(stdout) || ferror(stdout))
        program_error("standard output");
    return own_status;
}

// The letter's place in a number's end, as a power of 1024; 0 when it has none.
static unsigned suffix_power(char letter)
{
    static const char letters[] = "kmg";
    const char *at = letter ? strchr(letters, letter | ('a' - 'A')) : NULL;

    return at ? (unsigned)(at - letters) + 1 : 0;
}

uint64_t program_number(const char *text)
{
    char *end = NULL;
    uint64_t number = 0;
    unsigned shift = 0;

    errno = 0;
    if (*text < '0' || *text > '9')
        program_usage();
    number = strtoull(text, &end, 10);
    shift = KIB_SHIFT * suffix_power(*end);
    if (errno || end[shift ? 1 : 0] || number > UINT64_MAX >> shift)
        program_usage();
    return number << shift;
}

static const struct program_option *option_find(const struct program_option *options, char letter)
{
    while (options->letter && options->letter != letter)
        options++;
    return options->letter ? options : NULL;
}

static void option_set(const struct program_option *option, const char *value)
{
    if (!value)
        program_usage();
    if (option->text)
        *option->text = value;
    else
        *option->number = program_number(value);
}

// Reads the argument at *argv, one or more letters after a dash, and the one after it if that is an option's
// value. Returns the last argument that was used.
static char **options_read(char **argv, const struct program_option *options)
{
    for (const char *letter = *argv + 1; *letter; letter++) {
        const struct program_option *option = option_find(options, *letter);

        if (!option && *letter >= '0' && *letter <= '9')
            option = option_find(options, '#');
        if (!option)
            program_usage();
        if (option->flag) {
            *option->flag = true;
            continue;
        }
        if (option->letter == '#')
            option_set(option, letter);
        else if (letter[1])
            option_set(option, letter + 1);
        else
            option_set(option, *++argv);
        break;
    }
    return argv;
}

// Moves the operands to the front of the arguments, until `count` of them have been found: the rest is left
// as it is.
static char **operands_gather(char **argv, const struct program_option *options, size_t count)
{
    char **operands = argv;
    char **next = argv;

    for (; *argv && count; argv++) {
        if (!strcmp(*argv, "--")) {
            argv++;
            break;
        }
        if ((*argv)[0] == '-' && (*argv)[1]) {
            argv = options_read(argv, options);
        } else {
            *next++ = *argv;
            count--;
        }
    }
    while (*argv)
        *next++ = *argv++;
    *next = NULL;
    return operands;
}

static const struct program_option no_options[] = {{0}};

char **program_begin(char **argv, const char *usage, const struct program_option *options)
{
    program_start(*argv, usage);
    return operands_gather(argv + (*argv ? 1 : 0), options ? options : no_options, SIZE_MAX);
}

char **program_begin_command(char **argv, const char *usage, const struct program_option *options)
{
    program_start(*argv, usage);
    return operands_gather(argv + (*argv ? 1 : 0), options ? options : no_options, 1);
}
