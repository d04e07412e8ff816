// SPDX-License-Identifier: MIT
/*
 * Whether the hypercalls take more where there is more of everything: domains, processors, ports.
 */
#ifndef PV_TOOLS_BENCH_GROWTH_H
#define PV_TOOLS_BENCH_GROWTH_H

#include <jansson.h>

/*
 * Measures the operations by hypercall again on each kind of crowded machine. Those of operations[] must have
 * been measured, and stay as they are. Fails as emulator_run does.
 */
void growth_measure(const char *emulator, const char *image);

/* Prints a table of what was measured. */
void growth_print(void);

/* Prints which operations take more there to the standard error; returns how many do. */
int growth_check(void);

/* The same table as an array with an object for each operation. */
json_t *growth_json(void);

#endif
