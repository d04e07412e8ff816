// SPDX-License-Identifier: MIT
/*
 * The table of operations, and the judgement of what was measured.
 */
#include "tools/bench/operation.h"

#include <stdio.h>
#include <string.h>

const char *const mode_names[MODES] = {"hypercall", "trap", "native"};

#define ANY                                   BUDGET_ANY
#define NONE                                  BUDGET_NONE
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

/* Whether there is nothing wrong with an operation in a mode; prints what is. */
static bool figures_check(const struct operation *operation, int mode)
{
    const struct figures *figures = &operation->figures[mode];
    long budget = operation->budget[mode];

    if (!operation->measured[mode]) {
        if (budget != BUDGET_NONE)
            fprintf(stderr, "bench: %s was not measured in mode=%s\n", operation->name, mode_names[mode]);
        return budget == BUDGET_NONE;
    }
    if (!figures_agree(figures)) {
        fprintf(stderr, "bench: %s in mode=%s is no count: least %ld, median %ld of %ld samples\n",
                operation->name, mode_names[mode], figures->ticks, figures->median, figures->samples);
        return false;
    }
    if (budget >= 0 && figures->ticks > budget) {
        fprintf(stderr, "bench: %s in mode=%s takes %ld instructions, %ld allowed\n", operation->name,
                mode_names[mode], figures->ticks, budget);
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
