// SPDX-License-Identifier: MIT
/*
 * The machines, and what the operations take on them. The first has as little as possible of everything; on
 * the others there is more of one thing, and nothing may take more.
 */
#include "tools/bench/growth.h"

#include "tools/bench/emulator.h"
#include "tools/bench/fail.h"
#include "tools/bench/operation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CROWDS (sizeof crowds / sizeof *crowds)

/* Each measures in one guest, the last that is started; the others do nothing. */
static const struct crowd {
    const char *name, *key;
    size_t domains; /* that the menu entry starts */
    struct machine machine;
} crowds[] = {
    {"1 domain", "domains_1", 1, {.entry = "growthbench", .processors = "1", .memory = "256"}},
    {"64 domains", "domains_64", 64, {.entry = "growthbench-domains", .processors = "1", .memory = "512"}},
    {"4 processors", "processors_4", 1, {.entry = "growthbench", .processors = "4", .memory = "256"}},
    {"4000 ports", "ports_4000", 1, {.entry = "growthbench-ports", .processors = "1", .memory = "256"}},
};

/* Instructions for each operation of operations[], or ABSENT. */
static long *found[CROWDS];

/* Figures of a machine that has less than it should would show nothing. (The guest sees to its ports.) */
static void crowd_verify(const struct crowd *crowd, const struct reading *reading)
{
    long processors = reading->processors > 0 ? reading->processors : 1;

    if (processors != strtol(crowd->machine.processors, NULL, 10) || reading->domains != crowd->domains)
        fail("the machine for \"%s\" has domains: %zu, processors: %ld", crowd->name, reading->domains,
             processors);
}

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
    crowd_verify(crowd, &reading);
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

/* Whether an operation was measured on the first machine: the others are compared with it. */
static bool is_there(size_t i)
{
    return found[0][i] != ABSENT;
}

void growth_print(void)
{
    printf("%-22s", "by hypercall");
    for (size_t c = 0; c < CROWDS; c++)
        printf(" %12s", crowds[c].name);
    putchar('\n');
    for (size_t i = 0; i < operation_count; i++) {
        if (!is_there(i))
            continue;
        printf("%-22s", operations[i].name);
        for (size_t c = 0; c < CROWDS; c++)
            printf(" %12ld", found[c][i]);
        putchar('\n');
    }
}

/* One that is absent was not measured there. */
static int crowd_check(size_t c)
{
    int wrong = 0;

    for (size_t i = 0; i < operation_count; i++) {
        if (is_there(i) && (found[c][i] == ABSENT || found[c][i] > found[0][i])) {
            fprintf(stderr, "bench: %s takes %ld with %s, and %ld with %s\n", operations[i].name, found[c][i],
                    crowds[c].name, found[0][i], crowds[0].name);
            wrong++;
        }
    }
    return wrong;
}

int growth_check(void)
{
    int wrong = 0;
    size_t compared = 0;

    for (size_t i = 0; i < operation_count; i++)
        compared += is_there(i);
    if (compared == 0)
        fail("nothing was measured with %s", crowds[0].name);
    for (size_t c = 1; c < CROWDS; c++)
        wrong += crowd_check(c);
    return wrong;
}

json_t *growth_json(void)
{
    json_t *rows = json_array();

    for (size_t i = 0; i < operation_count; i++) {
        if (!is_there(i))
            continue;
        json_t *row = json_pack("{s:s}", "op", operations[i].name);
        for (size_t c = 0; c < CROWDS; c++)
            json_object_set_new(row, crowds[c].key, json_integer(found[c][i]));
        json_array_append_new(rows, row);
    }
    return rows;
}
