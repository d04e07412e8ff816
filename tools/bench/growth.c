// SPDX-License-Identifier: MIT
/*
 * The crowded machines, and what the operations take on them.
 */
#include "tools/bench/growth.h"

#include "tools/bench/emulator.h"
#include "tools/bench/fail.h"
#include "tools/bench/operation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CROWDS 3

/* Each measures in one guest; the others do nothing. */
static const struct crowd {
    const char *name, *key;
    struct machine machine;
} crowds[CROWDS] = {
    {"64 domains", "domains_64", {.entry = "growthbench-domains", .processors = "1", .memory = "512"}},
    {"4 processors", "processors_4", {.entry = "growthbench", .processors = "4", .memory = "256"}},
    {"4000 ports", "ports_4000", {.entry = "growthbench-ports", .processors = "1", .memory = "256"}},
};

/* Instructions for each operation of operations[], or ABSENT. */
static long *found[CROWDS];

static long *crowd_measure(const struct crowd *crowd, const char *emulator, const char *image)
{
    struct machine machine = crowd->machine;
    struct reading reading = {.rows = 0};
    long *ticks = calloc(operation_count, sizeof *ticks);

    if (ticks == NULL)
        fail("there is no memory");
    for (size_t i = 0; i < operation_count; i++)
        operations[i].measured[MODE_HYPERCALL] = false;
    machine.emulator = emulator;
    machine.image = image;
    emulator_run(&machine, 1, &reading);
    for (size_t i = 0; i < operation_count; i++) {
        const struct operation *operation = &operations[i];

        ticks[i] = operation->measured[MODE_HYPERCALL] ? operation->figures[MODE_HYPERCALL].ticks : ABSENT;
    }
    return ticks;
}

void growth_measure(const char *emulator, const char *image)
{
    struct operation *kept = calloc(operation_count, sizeof *kept);

    if (kept == NULL)
        fail("there is no memory");
    memcpy(kept, operations, operation_count * sizeof *kept);
    for (size_t i = 0; i < CROWDS; i++)
        found[i] = crowd_measure(&crowds[i], emulator, image);
    memcpy(operations, kept, operation_count * sizeof *kept);
    free(kept);
}

/* Whether an operation was measured on crowded machines at all. */
static bool is_there(size_t i)
{
    return found[0][i] != ABSENT;
}

void growth_print(void)
{
    printf("%-22s %12s", "by hypercall", "2 domains");
    for (size_t c = 0; c < CROWDS; c++)
        printf(" %12s", crowds[c].name);
    putchar('\n');
    for (size_t i = 0; i < operation_count; i++) {
        if (!is_there(i))
            continue;
        printf("%-22s %12ld", operations[i].name, operations[i].figures[MODE_HYPERCALL].ticks);
        for (size_t c = 0; c < CROWDS; c++)
            printf(" %12ld", found[c][i]);
        putchar('\n');
    }
}

static int crowd_check(size_t c)
{
    int wrong = 0, compared = 0;

    for (size_t i = 0; i < operation_count; i++) {
        long few = operations[i].figures[MODE_HYPERCALL].ticks;

        compared += found[c][i] != ABSENT;
        if (is_there(i) && (found[c][i] == ABSENT || found[c][i] > few)) {
            fprintf(stderr, "bench: %s takes %ld with %s, and %ld else\n", operations[i].name, found[c][i],
                    crowds[c].name, few);
            wrong++;
        }
    }
    if (compared == 0)
        fail("nothing was measured with %s", crowds[c].name);
    return wrong;
}

int growth_check(void)
{
    int wrong = 0;

    for (size_t c = 0; c < CROWDS; c++)
        wrong += crowd_check(c);
    return wrong;
}

json_t *growth_json(void)
{
    json_t *rows = json_array();

    for (size_t i = 0; i < operation_count; i++) {
        if (!is_there(i))
            continue;
        json_t *row = json_pack("{s:s s:I}", "op", operations[i].name, "domains_2",
                                (json_int_t)operations[i].figures[MODE_HYPERCALL].ticks);
        for (size_t c = 0; c < CROWDS; c++)
            json_object_set_new(row, crowds[c].key, json_integer(found[c][i]));
        json_array_append_new(rows, row);
    }
    return rows;
}
