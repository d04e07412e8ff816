// SPDX-License-Identifier: MIT
// Rounds: done, counted, and timed as a whole.
#include "rounds.h"

#include <stdio.h>

#include "duration.h"
#include "program.h"

enum { CLOCK_SINCE_THE_START = 1 };

static const struct program_option options[] = {{0}};

int rounds_main(char **argv, uint64_t usual, const char *what, bool (*round)(void))
{
    uint64_t rounds = usual;

    argv = program_begin(argv, "[ROUNDS]", options);
    if (argv[0] != NULL)
        rounds = program_number(argv[0]);
    if (rounds == 0 || (argv[0] != NULL && argv[1] != NULL))
        program_usage();

    uint64_t start = duration_clock(CLOCK_SINCE_THE_START);

    for (uint64_t i = 0; i < rounds; i++) {
        if (!round())
            program_fail(what);
    }
    printf("%s: %lu rounds of %s, %lu ns each\n", program_name(), rounds, what,
           (duration_clock(CLOCK_SINCE_THE_START) - start) / rounds);
    return program_end();
}
