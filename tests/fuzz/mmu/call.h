// SPDX-License-Identifier: MIT
// Calls of the memory manager, as steps describe them.
#ifndef PV_TESTS_FUZZ_MMU_CALL_H
#define PV_TESTS_FUZZ_MMU_CALL_H

#include "tests/fuzz/mmu/step.h"

// Makes the call of a step.
void call_step(const struct mmu_step *step);

// Makes a batch of the steps that `next` gives, until it gives NULL or they are enough.
void batch_step(const struct mmu_step *step, const struct mmu_step *(*next)(void));

#endif
