// SPDX-License-Identifier: MIT
// watch: runs a program again and again, each time on a clean screen, until Ctrl-C.
#include "program.h"

#include "duration.h"
#include "run.h"

static const char *interval = "2";

static const struct program_option options[] = {{'n', .text = &interval}, {0}};

int main(int argc, char **argv)
{
    uint64_t pause = 0;

    (void)argc;
    argv = program_begin_command(argv, "[-n SECONDS] PROGRAM [ARGUMENT...]", options);
    pause = duration_read(interval);
    if (!*argv)
        program_usage();
    while (!ferror(stdout)) {
        fputs("\033[H\033[2J", stdout);
        program_run(argv);
        duration_sleep(pause);
    }
    return program_end();
}
