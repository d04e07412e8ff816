// SPDX-License-Identifier: MIT
/*
 * sh: a shell. `sh [-enx] FILE WORD...` runs a file, `sh [-enx] -c TEXT NAME WORD...` a text, `sh` alone what
 * it reads. With -n nothing is run, but errors of syntax are found.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "job.h"
#include "shell.h"
#include "variable.h"

static void usage_print(void)
{
    fputs("usage: sh [-einx] [-c TEXT | FILE] [WORD...]\n", stderr);
}

static void arguments_take(int argc, char **argv)
{
    shell.argument_count = argc;
    shell.arguments = argv;
}

// Reads the options. Returns how many words they are, or -1.
static int options_read(int argc, char **argv, bool *command)
{
    int i = 1;

    for (; i < argc && argv[i][0] == '-' && argv[i][1] != '\0'; i++) {
        for (const char *letter = argv[i] + 1; *letter != '\0'; letter++) {
            if (*letter == 'e')
                shell.exit_on_error = true;
            else if (*letter == 'i')
                shell.interactive = true;
            else if (*letter == 'n')
                shell.parse_only = true;
            else if (*letter == 'x')
                shell.trace = true;
            else if (*letter == 'c')
                *command = true;
            else
                return -1;
        }
    }
    return i;
}

static int text_run(int argc, char **argv)
{
    if (argc == 0) {
        usage_print();
        return STATUS_USAGE;
    }
    if (argc > 1) {
        shell.name = argv[1];
        arguments_take(argc - 2, argv + 2);
    }
    return shell_run_text(argv[0]);
}

static int file_run(int argc, char **argv)
{
    shell.name = argv[0];
    arguments_take(argc - 1, argv + 1);
    return shell_run_file(argv[0]);
}

static int input_run(void)
{
    if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
        shell.interactive = true;
    shell.typed = shell.interactive;
    if (shell.interactive)
        jobs_start();
    return shell_run_input();
}

int main(int argc, char **argv)
{
    bool command = false;
    int used = options_read(argc, argv, &command);

    shell.name = "sh";
    shell.process = getpid();
    if (used < 0) {
        usage_print();
        return STATUS_USAGE;
    }
    arguments_take(0, argv + argc);
    variables_import(environ);
    argc -= used;
    argv += used;
    if (command)
        shell_exit(text_run(argc, argv));
    if (argc > 0)
        shell_exit(file_run(argc, argv));
    shell_exit(input_run());
}
