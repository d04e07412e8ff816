// SPDX-License-Identifier: MIT
// Prints what the primitive operations cost. tools/bench reads these lines.
#include "command.h"

#include <stdio.h>
#include <string.h>

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

static void finish(bool intact)
{
    if (!intact)
        printf("bench: failed: memory is not as it was before\n");
    printf("bench: done\n");
}

void command_bench(int count, char **words)
{
    unsigned ports = (unsigned)word_number(count, words, 1, 0);

    if (ports > 0 && !pv_measure_ports(ports))
        printf("bench: failed: there is no room for %u ports\n", ports);
    finish(pv_measure(measurement_print));
}

void command_pairbench(int count, char **words)
{
    finish(pv_measure_pair(count > 1 && strcmp(words[1], "apart") == 0, measurement_print));
}

void command_answer(int count, char **words)
{
    (void)count;
    (void)words;
    pv_measure_answer();
}
