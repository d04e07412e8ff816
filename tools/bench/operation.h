// SPDX-License-Identifier: MIT
/*
 * What is measured: the operations of budgets.def in each mode, and what was found.
 */
#ifndef PV_TOOLS_BENCH_OPERATION_H
#define PV_TOOLS_BENCH_OPERATION_H

#include <stdbool.h>
#include <stddef.h>

/* A figure that is not known. */
#define ABSENT (-1L)

enum mode { MODE_HYPERCALL, MODE_TRAP, MODE_NATIVE, MODES };

/* As the guests and bench.json name them. */
extern const char *const mode_names[MODES];

/* What an operation may take; budgets.def says what each kind is. */
struct budget {
    enum { BUDGET_NONE, BUDGET_ANY, BUDGET_AT_MOST, BUDGET_OVER_NATIVE, BUDGET_TIMES_NATIVE } kind;
    double limit; /* of the last three kinds */
};

/* What was measured of one operation in one mode. */
struct figures {
    long samples; /* how many there were */
    long batch;   /* how often each did the operation: 1 or more */
    long ticks;   /* for the operation done once, rounded up; the least of all samples: instructions */
    long median;  /* the same of the median */
    long calls;   /* this and the following are for a whole sample */
    long traps;
    long emulated;
    long root_loads;
    long msr_writes;
    long locked;
};

struct operation {
    const char *name;
    struct budget budget[MODES];
    bool measured[MODES];
    struct figures figures[MODES];
};

extern struct operation operations[];
extern const size_t operation_count;

/* The operation of this name, or NULL. */
struct operation *operation_find(const char *name);

/*
 * How often the processor changed its ring in a sample: into the hypervisor and out of it, for each call and
 * each trap.
 */
long figures_crossings(const struct figures *figures);

/*
 * The most instructions that the budget of an operation in a mode allows, or ABSENT: there is no limit, or
 * what it is compared with was not measured.
 */
long operation_allowed(const struct operation *operation, int mode);

/* Prints what is wrong with the operations to the standard error; returns how much that is. */
int operations_check(void);

#endif
