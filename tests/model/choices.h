// SPDX-License-Identifier: MIT
/*
 * All the steps that guests and the scheduler can take in a state.
 */
#ifndef PV_TESTS_MODEL_CHOICES_H
#define PV_TESTS_MODEL_CHOICES_H

#include "step.h"

#define CHOICES_LIMIT 16384
struct choices {
    unsigned count;
    struct step steps[CHOICES_LIMIT];
};

/** Finds them for the state that the world is in. */
void choices_find(struct choices *choices);

#endif
