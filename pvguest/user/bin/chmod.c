// SPDX-License-Identifier: MIT
// chmod: sets what may be done with files: an octal mode, or changes such as +x, u-w, go=r.
#include "program.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { OCTAL = 8, MODE_BITS = 07777, EVERYBODY = 0777 };

// The bits that the letters at *text stand for, each with its own; moves *text behind them.
static mode_t letters_read(const char **text, const char *letters, const mode_t *bits)
{
    mode_t mode = 0;

    for (; **text && strchr(letters, **text); ++*text)
        mode |= bits[strchr(letters, **text) - letters];
    return mode;
}

// Changes a mode by one clause, "[ugoa][+-=][rwx]". Returns what follows it, or NULL if it is wrong.
static const char *clause_apply(const char *text, mode_t *mode)
{
    static const mode_t who_bits[] = {0700, 0070, 0007, EVERYBODY};
    static const mode_t what_bits[] = {0444, 0222, 0111};
    mode_t who = letters_read(&text, "ugoa", who_bits);
    char action = *text++;
    mode_t what = 0;

    if (action != '+' && action != '-' && action != '=')
        return NULL;
    who = who ? who : EVERYBODY;
    what = letters_read(&text, "rwx", what_bits) & who;
    if (action == '=')
        *mode &= ~who;
    *mode = action == '-' ? *mode & ~what : *mode | what;
    return text;
}

// Applies what the first operand says to a mode.
static mode_t mode_apply(const char *text, mode_t mode)
{
    char *end = NULL;
    unsigned long octal = strtoul(text, &end, OCTAL);

    if (*text >= '0' && *text < '0' + OCTAL) {
        if (*end || octal > MODE_BITS)
            program_usage();
        return (mode_t)octal;
    }
    while (text && *text) {
        text = clause_apply(text, &mode);
        if (text && *text == ',')
            text++;
        else if (text && *text)
            text = NULL;
    }
    if (!text)
        program_usage();
    return mode;
}

int main(int argc, char **argv)
{
    const char *how = NULL;

    (void)argc;
    program_start(*argv++, "MODE FILE...");
    how = *argv ? *argv++ : NULL;
    if (!how || !*argv)
        program_usage();
    for (; *argv; argv++) {
        struct stat status = {0};

        if (stat(*argv, &status) || chmod(*argv, mode_apply(how, status.st_mode & MODE_BITS)))
            program_error(*argv);
    }
    return program_end();
}
