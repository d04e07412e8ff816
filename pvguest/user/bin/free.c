// SPDX-License-Identifier: MIT
// free: tells how much memory there is, how much of it is used, and how much is free, in KiB.
#include "program.h"

#include "machine.h"

enum { KIB = 1024 };

int main(int argc, char **argv)
{
    struct system_info info;

    (void)argc;
    if (*program_begin(argv, "", NULL))
        program_usage();
    info = machine_describe();
    printf("%10s %10s %10s\n", "total", "used", "free");
    printf("%10lu %10lu %10lu KiB\n", info.memory_total / KIB, (info.memory_total - info.memory_free) / KIB,
           info.memory_free / KIB);
    printf("%10lu %10lu %10lu pages\n", info.frames_total, info.frames_total - info.frames_free,
           info.frames_free);
    return program_end();
}
