// SPDX-License-Identifier: MIT
/*
 * The way to what is wrong.
 */
#ifndef PV_TESTS_MODEL_PATH_H
#define PV_TESTS_MODEL_PATH_H

#include <stdint.h>

#include "transition.h"

/**
 * Prints the way from the first state to one, and the transition from it that is wrong, with all that happens
 * in it.
 */
void path_tell(uint32_t state, const struct transition *wrong);

#endif
