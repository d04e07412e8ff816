// SPDX-License-Identifier: MIT
/*
 * What bench-host says: a table and a histogram for people, and a file for programs.
 */
#ifndef PV_TOOLS_BENCH_HOST_REPORT_H
#define PV_TOOLS_BENCH_HOST_REPORT_H

#include "tools/bench-host/operation.h"
#include "tools/bench-host/processor.h"

/* Prints where the figures come from. */
void report_where(const struct processor_facts *facts);

/* Prints all figures. */
void report_print(const struct figures *figures, size_t count);

/* Writes bench-host.json; fails if it cannot. tools/README.md describes the format. */
void report_write(const struct processor_facts *facts, const struct figures *figures, size_t count,
                  const char *path);

#endif
