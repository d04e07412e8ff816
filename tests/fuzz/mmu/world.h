// SPDX-License-Identifier: MIT
/*
 * What the fuzzer of the memory manager plays with: the modelled machine, domains, and their virtual CPUs,
 * which run on its processors. Its functions stand for the parts of the hypervisor around hv/mm, and do what
 * those must do.
 */
#ifndef PV_TESTS_FUZZ_MMU_WORLD_H
#define PV_TESTS_FUZZ_MMU_WORLD_H

#include "mm/mmu.h"
#include "tests/fuzz/mmu/step.h"

#define DOMAINS 3
#define VCPUS   2
#define SLOTS   16

struct domain {
    struct mmu mmu;
    struct frame_list frames;
    struct mmu_context contexts[VCPUS];
    bool running[VCPUS];
    unsigned processor[VCPUS]; // where it runs
};

struct world {
    struct domain domains[DOMAINS];
    struct domain *calling;
};
extern struct world world;

// The slots of tables that guests use: first and last, around the hypervisor's, and of the middle.
extern const uint16_t world_slots[SLOTS];

// Opens the machine and gives each domain its frames. Two domains have tables, and one runs on all
// processors.
void world_open(void);

// Lets the processors fill their translations, and ends the test if anything is wrong between two calls.
void world_check(void);

// Ends the test: the code under test did what it must never do.
_Noreturn void world_wrong(const char *what, uint64_t frame, unsigned slot);

// Before and after a call by a virtual CPU of a domain, or on its behalf, on a processor.
void world_enter(struct domain *domain, unsigned processor);
void world_leave(void);

// The virtual CPU of a domain that runs on a processor; NULL if there is none.
struct mmu_context *world_running(struct domain *domain, unsigned processor);

// Runs a virtual CPU that has a kernel root and does not run; stops whatever runs on a processor.
void world_run(struct domain *domain, unsigned vcpu, unsigned processor);
void world_stop(unsigned processor);

// Ends a domain, and gives it and the next one its frames: itself so many at most.
void world_end(struct domain *domain, unsigned keep);

#endif
