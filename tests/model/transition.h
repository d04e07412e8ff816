// SPDX-License-Identifier: MIT
/*
 * A transition from a state: a step, checked on the way and afterwards.
 */
#ifndef PV_TESTS_MODEL_TRANSITION_H
#define PV_TESTS_MODEL_TRANSITION_H

#include <stdbool.h>
#include <stdint.h>

#include "step.h"

/* A step, and what another processor does where it gives up its lock, or NULL. */
struct transition {
    const struct step *step, *other;
};

/** Prepares the machine: whatever goes wrong in a transition is found, crashes included. */
void transition_open(void);

/** Brings the world into a state of the store, to take transitions from it. */
void transition_enter(uint32_t state);

/**
 * Takes one from the state that the world is in. What is wrong is in `watch`. After one that was refused, and
 * where watch.moved is not set, the world is in the same state still.
 * @tell  print what the call returned
 * Returns what the call did.
 */
int transition_take(const struct transition *transition, bool tell);

#endif
