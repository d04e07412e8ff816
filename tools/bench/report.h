// SPDX-License-Identifier: MIT
/*
 * What bench says in the end: a table for people, and a file for programs.
 */
#ifndef PV_TOOLS_BENCH_REPORT_H
#define PV_TOOLS_BENCH_REPORT_H

/* Where the figures come from. */
struct report {
    const char *emulator; /* the first line of its --version */
    const char *greeting; /* the hypervisor's first line */
    long start;           /* instructions from the hypervisor's entry until the guests run, or ABSENT */
};

/* Prints the table of all operations. */
void report_print(const struct report *report);

/* Writes bench.json; fails if it cannot. tools/README.md describes the format. */
void report_write(const struct report *report, const char *path);

#endif
