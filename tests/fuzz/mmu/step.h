// SPDX-License-Identifier: MIT
/*
 * What the fuzzer of the memory manager reads its input as: steps of sixteen bytes each, small numbers that
 * any byte will do for, so that a changed byte is another step and not nonsense.
 */
#ifndef PV_TESTS_FUZZ_MMU_STEP_H
#define PV_TESTS_FUZZ_MMU_STEP_H

#include <stdint.h>

enum verb {
    VERB_SET,
    VERB_SET_KEEP,
    VERB_EXCHANGE,
    VERB_RETYPE,
    VERB_CLEAR,
    VERB_LOAD, // for a virtual CPU that runs on the processor; noted for one that does not run otherwise
    VERB_FLUSH,
    VERB_FLUSH_PAGE,
    VERB_ADDRESS_SET,
    VERB_BATCH,     // of the steps that follow, `argument` of them at most: verbs are PV_MMU_* there
    VERB_WRITE,     // a guest writes to memory that it may write to
    VERB_INTERPOSE, // the same, or a bit that a processor sets, in the middle of the next call
    VERB_RUN,       // a processor runs a virtual CPU, or with STEP_RAW_ADDRESS none
    VERB_END,       // a domain ends, and its frames go to it and the next one
    VERB_BUILD,     // tables of all levels from `frame` on, linked, mapping data, and loaded
    VERBS
};

struct mmu_step {
    uint8_t verb;
    uint8_t who;      // bit 0: processor; bits 3:1: domain; bit 4: virtual CPU
    uint8_t frame;    // of the table; the frame to retype or load
    uint8_t slot;     // index of world_slots
    uint8_t target;   // frame that the value leads to
    uint8_t kind;     // index of the value's flags; frame type, what to load, virtual CPUs
    uint8_t argument; // count, or an address' other slots
    uint8_t flags;
    uint64_t raw; // changes bits of the value, or of the address
};
_Static_assert(sizeof(struct mmu_step) == 16, "a step is 16 bytes");

// The first domain's tables of levels 1 to 4, when all begins; from there on, its data.
#define WORLD_TABLES 6

#define STEP_RAW_ADDRESS 1 // raw is the address's
#define STEP_FAST        2 // by the inline function that the calls try first

#endif
