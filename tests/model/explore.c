// SPDX-License-Identifier: MIT
/*
 * Breadth first, so that the first way to something wrong is one of the shortest.
 *
 * Only one call runs at a time, since a call holds its domain's lock, and calls of two domains change nothing
 * that the other's see: that much is checked of each call. Where a call gives its lock up on the
 * way, every call of the other processor is tried there.
 */
#include "explore.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "canonical.h"
#include "choices.h"
#include "mm/machine.h"
#include "path.h"
#include "store.h"
#include "transition.h"
#include "watch.h"

static struct {
    uint64_t transitions;
    uint64_t refused;
    uint32_t depth;
    uint32_t depth_end; /* the first state of the next depth */
    clock_t start, told;
} progress;

static struct choices choices;

/* Takes a transition from a state; returns false if it is wrong. */
static bool transition_try(uint32_t number, const struct transition *transition)
{
    struct state raw, state;
    int error = transition_take(transition, false);

    progress.transitions++;
    progress.refused += error != 0;
    if (watch_failed()) {
        path_tell(number, transition);
        return false;
    }
    if (error == 0 || watch.moved) {
        state_save(&raw);
        state_canonical(&raw, &state, NULL);
        store_add(&state, number);
        state_load(store_state(number));
    }
    return true;
}

/* All that the other processor can do where a step gives up its lock. */
static bool windows_try(uint32_t number, const struct step *step)
{
    for (unsigned i = 0; i < choices.count; i++) {
        struct transition transition = {step, &choices.steps[i]};

        if (choices.steps[i].processor != step->processor && choices.steps[i].kind != STEP_RUN &&
            !transition_try(number, &transition)) {
            return false;
        }
    }
    return true;
}

static bool state_expand(uint32_t number)
{
    transition_enter(number);
    choices_find(&choices);
    for (unsigned i = 0; i < choices.count; i++) {
        if (!transition_try(number, &(struct transition){&choices.steps[i], NULL})) {
            return false;
        }
        if (watch.window && !windows_try(number, &choices.steps[i])) {
            return false;
        }
    }
    return true;
}

/* Of processor time, since that does not depend on what else the machine does. */
static double seconds(clock_t since)
{
    return (double)(clock() - since) / CLOCKS_PER_SEC;
}

static void progress_tell(uint32_t explored, const char *how)
{
    printf("  %-8s %u states, %u explored, %llu transitions (%llu refused), depth %u, %.1f s: %s\n",
           config->name, store_count(), explored, (unsigned long long)progress.transitions,
           (unsigned long long)progress.refused, progress.depth, seconds(progress.start), how);
    fflush(stdout);
    progress.told = clock();
}

/* With all names explored: how many states differ by more than names. */
static void names_tell(void)
{
    const uint32_t count = store_count();
    struct state *states = malloc(count * sizeof(*states));

    if (states == NULL) {
        perror("model: memory");
        exit(2);
    }
    canonical_keeps_names = false;
    for (uint32_t i = 0; i < count; i++) {
        state_canonical(store_state(i), &states[i], NULL);
    }
    canonical_keeps_names = true;
    store_open();
    for (uint32_t i = 0; i < count; i++) {
        store_add(&states[i], 0);
    }
    free(states);
    printf("  %-8s %u states but for names\n", config->name, store_count());
}

static void start(void)
{
    struct state raw, state;

    transition_open();
    store_open();
    state_start(&raw);
    state_load(&raw);
    machine_fill();
    state_save(&raw);
    state_canonical(&raw, &state, NULL);
    store_add(&state, 0);
    memset(&progress, 0, sizeof(progress));
    progress.start = progress.told = clock();
    progress.depth_end = 1;
}

bool explore(unsigned limit)
{
    uint32_t number;

    start();
    for (number = 0; number < store_count(); number++) {
        if (number == progress.depth_end) {
            progress.depth++;
            progress.depth_end = store_count();
        }
        if (!state_expand(number)) {
            progress_tell(number, "WRONG");
            return false;
        }
        if ((number & 0xff) == 0 && seconds(progress.told) >= 20) {
            progress_tell(number, "...");
        }
        if (limit != 0 && (number & 0xf) == 0 && seconds(progress.start) >= limit) {
            progress_tell(number, "stopped");
            return true;
        }
    }
    if (number < config->least) {
        progress_tell(number, "WRONG: too few");
        return false;
    }
    progress_tell(number, "fixpoint");
    if (canonical_keeps_names) {
        names_tell();
    }
    return true;
}
