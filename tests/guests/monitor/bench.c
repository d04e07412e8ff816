// SPDX-License-Identifier: MIT
// Prints what the primitive operations cost. tools/bench reads these lines.
#include "command.h"

#include <stdio.h>

#include "pvops/measure.h"

static void measurement_print(const struct pv_measurement *m)
{
    if (m->failed) {
        printf("bench: failed: op=%s did not do what it should\n", m->operation);
        return;
    }
    printf("bench: op=%s ticks=%lu median=%lu samples=%u batch=%u", m->operation, m->ticks, m->median,
           m->samples, m->batch);
    printf(" calls=%lu traps=%lu emulated=%lu root_loads=%lu\n", m->calls, m->traps, m->emulated,
           m->root_loads);
}

void command_bench(int count, char **words)
{
    (void)count;
    (void)words;
    if (!pv_measure(measurement_print))
        printf("bench: failed: memory is not as it was before\n");
    printf("bench: done\n");
}
