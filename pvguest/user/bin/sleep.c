// SPDX-License-Identifier: MIT
// sleep: waits that many seconds, or minutes or hours.
#include "program.h"

#include "duration.h"

int main(int argc, char **argv)
{
    (void)argc;
    argv = program_begin(argv, "SECONDS[.PART][s|m|h]", NULL);
    if (!argv[0] || argv[1])
        program_usage();
    duration_sleep(duration_read(argv[0]));
    return program_end();
}
