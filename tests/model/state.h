// SPDX-License-Identifier: MIT
/*
 * A state of the modelled machine, packed: what can make a difference to what happens next, and nothing else.
 *
 * Not in it, because it follows from the rest: counts (the oracle has seen them to be right), what processors
 * remember of frames that can only be read (nobody takes those away). Not in it, because nobody depends on
 * it: accessed and dirty bits, entries that are not present. Not in it, because it is whatever suits the
 * guest: the contents of data. Of an epoch only one thing matters: which frames have it as their stamp.
 */
#ifndef PV_TESTS_MODEL_STATE_H
#define PV_TESTS_MODEL_STATE_H

#include <stdint.h>

#include "config.h"

/*
 * A frame is type (3 bits), whether its stamp is the epoch (1), what each processor remembers (4 each), and
 * entries (2 + STATE_FRAME_BITS each): present, writable, frame. Loads are a frame each, by domain, processor
 * and enum pv_load; then what each processor runs (2 bits): 0 nothing, otherwise a domain + 1.
 */
struct state {
    uint32_t frames[MACHINE_FRAMES];
    uint64_t loads;
};

#define STATE_TYPE       0x7u
#define STATE_STAMP      0x8u
#define STATE_SEEN       4  /* shift */
#define STATE_ENTRIES    12 /* shift */
#define STATE_FRAME_BITS 3
#define STATE_ENTRY_BITS (2 + STATE_FRAME_BITS)
#define STATE_ENTRY      ((1u << STATE_ENTRY_BITS) - 1)
#define STATE_PRESENT    1u
#define STATE_WRITE      2u
#define STATE_RUNS       (MODEL_DOMAINS * MODEL_PROCESSORS * MMU_LOADS * STATE_FRAME_BITS) /* shift */
_Static_assert(MACHINE_FRAMES == 1 << STATE_FRAME_BITS, "a frame's number has its bits");
_Static_assert(STATE_ENTRIES + MODEL_SLOTS * STATE_ENTRY_BITS <= 32, "a frame fits a word");
_Static_assert(STATE_RUNS + 2 * MODEL_PROCESSORS <= 64, "loads fit a word");

/* The domains in the modelled machine: what hv/mm knows of each, and what each processor runs. */
struct world {
    struct mmu mmu[MODEL_DOMAINS];
    struct mmu_context contexts[MODEL_DOMAINS][MODEL_PROCESSORS];
    unsigned runs[MODEL_PROCESSORS]; /* 0 nothing, otherwise a domain + 1 */
};
extern struct world world;

/** An entry of a state in a frame's word. */
static inline uint32_t state_entry(uint32_t word, unsigned slot)
{
    return word >> (STATE_ENTRIES + slot * STATE_ENTRY_BITS) & STATE_ENTRY;
}

/** The shift of a load in `loads`. */
static inline unsigned state_load_shift(unsigned domain, unsigned processor, unsigned which)
{
    return ((domain * MODEL_PROCESSORS + processor) * MMU_LOADS + which) * STATE_FRAME_BITS;
}

/** An entry, as the processor has it: open to ring 3. */
uint64_t model_entry(unsigned frame, bool write);

/** Makes the state in which the configuration starts. */
void state_start(struct state *state);

/** Brings world and machine into a state. */
void state_load(const struct state *state);

/** Packs the state that world and machine are in. */
void state_save(struct state *state);

#endif
