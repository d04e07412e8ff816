// SPDX-License-Identifier: MIT
/*
 * The states that were come to, in the order in which they were; each with the one that it was come to from.
 */
#ifndef PV_TESTS_MODEL_STORE_H
#define PV_TESTS_MODEL_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "state.h"

#define STORE_LIMIT 30000000u /* states; 1.6 GB */

/** Makes the store empty. */
void store_open(void);

/** Adds a state; returns whether it is new. Ends the program where there is no room. */
bool store_add(const struct state *state, uint32_t parent);

/** How many there are; they are numbered from 0. */
uint32_t store_count(void);

/** A state by number. */
const struct state *store_state(uint32_t number);

/** The number of the state that one was come to from. */
uint32_t store_parent(uint32_t number);

#endif
