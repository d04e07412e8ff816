// SPDX-License-Identifier: MIT
/*
 * What the parts of choices.c share: who chooses, and the entries that are tried.
 */
#ifndef PV_TESTS_MODEL_CHOOSER_H
#define PV_TESTS_MODEL_CHOOSER_H

#include "choices.h"

/* What the steps that are being made have in common. */
struct chooser {
    struct choices *choices;
    unsigned domain, processor;
};

/** Adds a step of the chooser's processor. */
void choose(const struct chooser *chooser, struct step step);

/** What a frame is now. */
enum frame_type chooser_type(unsigned frame);

/** Whether a frame is the domain's that chooses. */
bool chooser_owns(const struct chooser *chooser, unsigned frame);

/**
 * The n-th value that a guest tries in an entry of a level: nothing, each frame to read and to write, and
 * entries that no table may have. Returns false after the last.
 */
bool entry_choice(const struct chooser *chooser, unsigned level, unsigned n, bool bad, uint64_t *value);

/** Setting entries, of whatever frame. */
void entry_choices(const struct chooser *chooser);

/** What a frame of data has when its type changes as a step says; a step for each. */
void contents_choices(const struct chooser *chooser, struct step step);

#endif
