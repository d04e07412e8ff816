// SPDX-License-Identifier: MIT
/*
 * Whether the hypercalls take more where there is more of everything: domains, processors, ports.
 */
#ifndef PV_TOOLS_BENCH_GROWTH_H
#define PV_TOOLS_BENCH_GROWTH_H

#include <jansson.h>

/*
 * Measures the operations by hypercall in a domain that is alone on one processor, and again on each kind of
 * crowded machine. What operations[] holds stays as it is. Fails as emulator_run does, and if a machine is
 * not as crowded as it should be.
 */
void growth_measure(const char *emulator, const char *image);

/* Prints a table of what was measured. */
void growth_print(void);

/* Prints which operations take more on a crowded machine than alone to the standard error; returns how many
 * do. */
int growth_check(void);

/* The same table as an array with an object for each operation. */
json_t *growth_json(void);

#endif
