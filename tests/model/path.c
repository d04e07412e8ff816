// SPDX-License-Identifier: MIT
/*
 * Paths. The store knows from which state each was come to, not how: the transitions between them are found
 * anew.
 */
#include "path.h"

#include <stdio.h>
#include <string.h>

#include "canonical.h"
#include "choices.h"
#include "store.h"
#include "trace.h"
#include "watch.h"

#define PATH_LIMIT 1000

static struct choices choices;

/* Whether a transition leads from one state to another; the names that things get on the way. */
static bool leads_to(uint32_t from, uint32_t to, const struct transition *transition, struct naming *naming)
{
    struct state raw, state;

    transition_enter(from);
    (void)transition_take(transition, false);
    state_save(&raw);
    state_canonical(&raw, &state, naming);
    return memcmp(&state, store_state(to), sizeof(state)) == 0;
}

/* With something that another processor does where a step gives up its lock. */
static bool window_find(uint32_t from, uint32_t to, struct transition *transition, struct naming *naming)
{
    for (unsigned i = 0; i < choices.count; i++) {
        transition->other = &choices.steps[i];
        if (choices.steps[i].processor != transition->step->processor && choices.steps[i].kind != STEP_RUN &&
            leads_to(from, to, transition, naming)) {
            return true;
        }
    }
    return false;
}

/* The transition from a state to the one that was come to from it. */
static struct transition transition_find(uint32_t from, uint32_t to, struct naming *naming)
{
    struct transition transition = {NULL, NULL};

    transition_enter(from);
    choices_find(&choices);
    for (unsigned i = 0; i < choices.count; i++) {
        transition = (struct transition){&choices.steps[i], NULL};
        if (leads_to(from, to, &transition, naming) ||
            (watch.window && window_find(from, to, &transition, naming))) {
            break;
        }
    }
    transition_enter(from);
    return transition;
}

static unsigned path_find(uint32_t number, uint32_t *path, unsigned limit)
{
    unsigned length = 0;

    for (; number != 0 && length < limit; number = store_parent(number)) {
        path[length++] = number;
    }
    return length;
}

static void transition_tell(unsigned number, const struct transition *transition)
{
    trace_step(number, transition->step);
    if (transition->other != NULL) {
        printf("%s      and where it gives up its lock:\n", watch.tell ? "" : "\n");
        trace_step(number + 1, transition->other);
    }
    (void)transition_take(transition, true);
}

/* Tells the way to a state, in which the world then is. */
static unsigned states_tell(uint32_t number)
{
    static uint32_t path[PATH_LIMIT];
    unsigned length = path_find(number, path, PATH_LIMIT);
    struct naming naming;
    uint32_t from = 0;

    for (unsigned i = 0; i < length; i++) {
        uint32_t to = path[length - 1 - i];
        struct transition transition = transition_find(from, to, &naming);

        transition_tell(i + 1, &transition);
        watch.tell = true;
        trace_seen();
        watch.tell = false;
        trace_rename(&naming);
        from = to;
    }
    transition_enter(number);
    return length;
}

void path_tell(uint32_t state, const struct transition *wrong)
{
    const struct step step = *wrong->step, other = wrong->other != NULL ? *wrong->other : step;
    const struct transition last = {&step, wrong->other != NULL ? &other : NULL};
    unsigned length;

    trace_open();
    transition_enter(0);
    printf("  at the start:\n");
    trace_state();
    trace_seen();
    length = states_tell(state);
    watch.tell = true;
    transition_tell(length + 1, &last);
    trace_seen();
    watch.tell = false;
}
