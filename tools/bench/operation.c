// SPDX-License-Identifier: MIT
/*
 * The table of operations, and the judgement of what was measured.
 */
#include "tools/bench/operation.h"

#include <stdio.h>
#include <string.h>

const char *const mode_names[MODES] = {"hypercall", "trap", "native"};

#define NONE                                  ((struct budget){BUDGET_NONE, 0})
#define ANY                                   ((struct budget){BUDGET_ANY, 0})
#define AT_MOST(n)                            ((struct budget){BUDGET_AT_MOST, n})
#define OVER_NATIVE(n)                        ((struct budget){BUDGET_OVER_NATIVE, n})
#define TIMES_NATIVE(x)                       ((struct budget){BUDGET_TIMES_NATIVE, x})
#define PV_BENCH(op, hypercall, trap, native) {.name = #op, .budget = {hypercall, trap, native}},
struct operation operations[] = {
#include "tools/bench/budgets.def"
};

const size_t operation_count = sizeof operations / sizeof *operations;

struct operation *operation_find(const char *name)
{
    for (size_t i = 0; i < operation_count; i++) {
        if (strcmp(operations[i].name, name) == 0)
            return &operations[i];
    }
    return NULL;
}

long figures_crossings(const struct figures *figures)
{
    if (figures->calls == ABSENT || figures->traps == ABSENT)
        return ABSENT;
    return 2 * (figures->calls + figures->traps);
}

/* A figure of which the least and the median are far apart was disturbed: it is not a count. */
static bool figures_agree(const struct figures *figures)
{
    return figures->ticks >= 0 && figures->samples > 0 && figures->median >= figures->ticks &&
           figures->median <= figures->ticks + figures->ticks / 4 + 4;
}

long operation_allowed(const struct operation *operation, int mode)
{
    const struct budget *budget = &operation->budget[mode];
    long native = operation->figures[MODE_NATIVE].ticks;

    if (budget->kind == BUDGET_AT_MOST)
        return (long)budget->limit;
    if (!operation->measured[MODE_NATIVE])
        return ABSENT;
    if (budget->kind == BUDGET_OVER_NATIVE)
        return native + (long)budget->limit;
    if (budget->kind == BUDGET_TIMES_NATIVE)
        return (long)((double)native * budget->limit);
    return ABSENT;
}

/* Whether there is nothing wrong with an operation in a mode; prints what is. */
static bool figures_check(const struct operation *operation, int mode)
{
    const struct figures *figures = &operation->figures[mode];
    bool needed = operation->budget[mode].kind != BUDGET_NONE;
    long allowed = operation_allowed(operation, mode);

    if (!operation->measured[mode]) {
        if (needed)
            fprintf(stderr, "bench: %s was not measured in mode=%s\n", operation->name, mode_names[mode]);
        return !needed;
    }
    if (!figures_agree(figures)) {
        fprintf(stderr, "bench: %s in mode=%s is no count: least %ld, median %ld of %ld samples\n",
                operation->name, mode_names[mode], figures->ticks, figures->median, figures->samples);
        return false;
    }
    if (allowed != ABSENT && figures->ticks > allowed) {
        fprintf(stderr, "bench: %s in mode=%s takes %ld instructions, %ld allowed\n", operation->name,
                mode_names[mode], figures->ticks, allowed);
        return false;
    }
    return true;
}

int operations_check(void)
{
    int wrong = 0;

    for (size_t i = 0; i < operation_count; i++) {
        for (int mode = 0; mode < MODES; mode++)
            wrong += !figures_check(&operations[i], mode);
    }
    return wrong;
}
