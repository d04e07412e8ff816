// SPDX-License-Identifier: MIT
// The machine's events while a call runs: hardware and guests meddle there, and the oracle looks on.
#ifndef PV_TESTS_FUZZ_MMU_JUDGE_H
#define PV_TESTS_FUZZ_MMU_JUDGE_H

#include "tests/fuzz/mmu/step.h"

#include <stdbool.h>

// Set when a step has been done in the middle of a call; when a root has been loaded.
extern bool interfered, root_loaded;

// Has a step of VERB_INTERPOSE done once, after as many events as its argument says.
void event_interpose(const struct mmu_step *step);

// Begins to look on.
void events_open(void);

#endif
