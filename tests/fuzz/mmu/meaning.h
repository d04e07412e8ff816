// SPDX-License-Identifier: MIT
// What the fields of a step stand for in the world that there is.
#ifndef PV_TESTS_FUZZ_MMU_MEANING_H
#define PV_TESTS_FUZZ_MMU_MEANING_H

#include "tests/fuzz/mmu/step.h"
#include "tests/fuzz/mmu/world.h"

// Who calls, and where.
struct domain *step_domain(const struct mmu_step *step);
unsigned step_processor(const struct mmu_step *step);
unsigned step_vcpu(const struct mmu_step *step);

// The raw bits, if they are for what is asked about, an address or a value; otherwise 0.
uint64_t step_raw(const struct mmu_step *step, bool address);

// A frame's number; the machine address of an entry; a virtual address. With raw bits, they may be anything.
uint64_t step_frame(const struct mmu_step *step);
uint64_t step_entry_address(const struct mmu_step *step);
uint64_t step_virtual_address(const struct mmu_step *step);

// A new entry, or what a guest writes.
uint64_t step_value(const struct mmu_step *step);

#endif
