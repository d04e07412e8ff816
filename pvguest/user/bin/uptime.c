// SPDX-License-Identifier: MIT
// uptime: tells for how long the machine has been running, and how busy it was; on several processors, all of
// them.
#include "program.h"

#include "duration.h"
#include "machine.h"

enum { MINUTE = 60, HOUR = 3600, PERCENT = 100 };

int main(int argc, char **argv)
{
    struct system_info info;
    uint64_t seconds = 0;

    (void)argc;
    if (*program_begin(argv, "", NULL))
        program_usage();
    info = machine_describe();
    seconds = info.uptime_ns / NS_PER_SECOND;
    printf("up %lu:%02lu:%02lu, ", seconds / HOUR, seconds / MINUTE % MINUTE, seconds % MINUTE);
    printf("%lu processes, ", info.processes);
    if (info.processors > 1)
        printf("%lu processors, ", info.processors);
    printf("%lu %% idle, ", info.idle_ns / (info.uptime_ns * info.processors / PERCENT + 1));
    printf("%lu switches\n", info.switches);
    return program_end();
}
