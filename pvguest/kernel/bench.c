// SPDX-License-Identifier: MIT
// Prints what the primitive operations cost. tools/bench reads these lines.
#include "command.h"

#include <stdio.h>

#include "pvops/measure.h"

static void measurement_print(const struct pv_measurement *m)
{
    printf("bench: op=%s ticks=%lu median=%lu samples=%u", m->operation, m->ticks, m->median, m->samples);
    printf(" calls=%lu traps=%lu emulated=%lu root_loads=%lu\n", m->calls, m->traps, m->emulated,
           m->root_loads);
}

void command_bench(int count, char **words)
{
    (void)count;
    (void)words;
    pv_measure(measurement_print);
    printf("bench: done\n");
}
