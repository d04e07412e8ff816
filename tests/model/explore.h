// SPDX-License-Identifier: MIT
/*
 * The exploration: every state that can be come to, the nearest first.
 */
#ifndef PV_TESTS_MODEL_EXPLORE_H
#define PV_TESTS_MODEL_EXPLORE_H

#include <stdbool.h>

/**
 * Explores `config`. Prints what it came to; on something wrong, the shortest way there.
 * @limit  seconds after which to stop, 0 for none
 * Returns whether nothing is wrong.
 */
bool explore(unsigned limit);

#endif
