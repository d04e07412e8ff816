// SPDX-License-Identifier: MIT
// time: runs a program and tells how long it took, and for how long its processes had the processor.
#include "program.h"

#include "duration.h"
#include "kernel/interface.h"
#include "run.h"

static void duration_print(const char *what, uint64_t nanoseconds)
{
    fprintf(stderr, "%-10s%lu.%03lu s\n", what, nanoseconds / NS_PER_SECOND, nanoseconds / NS_PER_MS % 1000);
}

int main(int argc, char **argv)
{
    uint64_t start = 0;
    uint64_t used = 0;
    int status = 0;

    (void)argc;
    argv = program_begin_command(argv, "PROGRAM [ARGUMENT...]", NULL);
    if (!*argv)
        program_usage();
    start = duration_clock(CLOCK_SINCE_START);
    status = program_run(argv);
    start = duration_clock(CLOCK_SINCE_START) - start;
    used = duration_clock(CLOCK_OF_CHILDREN);
    duration_print("real", start);
    duration_print("processor", used);
    return status;
}
