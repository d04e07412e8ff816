// SPDX-License-Identifier: MIT
/*
 * Whether a call changed anything: types, counts, entries and loads, but not stamps, epochs and what is
 * remembered.
 */
#ifndef PV_TESTS_MODEL_UNCHANGED_H
#define PV_TESTS_MODEL_UNCHANGED_H

#include <stdbool.h>

#include "mm/frame.h"
#include "step.h"

struct unchanged {
    struct frame frames[MACHINE_FRAMES];
    uint64_t entries[MACHINE_FRAMES][STEP_SLOTS];
    struct mmu_context contexts[MODEL_DOMAINS][MODEL_PROCESSORS];
};

/** Notes how things are before a step. */
void unchanged_note(struct unchanged *before);

/** Whether they are still so. */
bool unchanged_is(const struct unchanged *before);

/** Whether the stamps are, too. */
bool unchanged_stamps(const struct unchanged *before);

/**
 * Whether the frames that are not an owner's are still so.
 * @changed  one that is not
 */
bool unchanged_elsewhere(const struct unchanged *before, uint16_t owner, uint64_t *changed);

#endif
