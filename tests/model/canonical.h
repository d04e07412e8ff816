// SPDX-License-Identifier: MIT
/*
 * Symmetry: frames of one owner, slots of one table and the two processors are interchangeable, so that of
 * all states that differ in their names alone one is explored.
 */
#ifndef PV_TESTS_MODEL_CANONICAL_H
#define PV_TESTS_MODEL_CANONICAL_H

#include "state.h"

/* The names that things get: what was frame f is frame[f], and so on. */
struct naming {
    uint8_t frame[MACHINE_FRAMES];
    uint8_t slot[MACHINE_FRAMES][MODEL_SLOTS];
    uint8_t processor[MODEL_PROCESSORS];
};

/* Whether names are kept instead, to see that this changes nothing but the number of states. */
extern bool canonical_keeps_names;

/**
 * Renames what is in a state so that states that differ in names alone mostly become the same. (Where it
 * takes two for different, both are explored, which costs time and nothing else.)
 * @naming  what became what, or NULL
 */
void state_canonical(const struct state *state, struct state *canonical, struct naming *naming);

#endif
