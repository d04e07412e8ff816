// SPDX-License-Identifier: MIT
/*
 * Steps: what a guest, or the scheduler, can do in a state. A step is one call of the hypervisor, with what
 * the guest put in its memory for it.
 */
#ifndef PV_TESTS_MODEL_STEP_H
#define PV_TESTS_MODEL_STEP_H

#include <stdbool.h>
#include <stdint.h>

#include "state.h"

enum step_kind {
    STEP_SET,      /* slot of frame := value; by mmu_batch */
    STEP_KEEP,     /* the same, while the hardware sets accessed and dirty bits */
    STEP_EXCHANGE, /* the same, if it is what it is, or what it is not */
    STEP_ADDRESS,  /* the entry of an address := value */
    STEP_RETYPE,   /* frame, with contents if it is data, to type */
    STEP_CLEAR,
    STEP_LOAD,       /* frame as `which` */
    STEP_FLUSH,      /* virtual CPUs of `which` */
    STEP_FLUSH_PAGE, /* address, on virtual CPUs of `which` */
    STEP_RUN         /* the processor runs `which` from now on */
};

/* The slots of a table: those that guests use, and two of the hypervisor's. */
enum { SLOT_HYPERVISOR = MODEL_SLOTS, SLOT_HYPERVISOR_LAST, STEP_SLOTS };

struct step {
    uint8_t kind;
    uint8_t processor;
    uint8_t frame;
    uint8_t slot;
    uint8_t type;
    uint8_t which;
    bool differs; /* STEP_EXCHANGE: expects another entry than there is; STEP_LOAD of both roots: the same
                     twice */
    bool line; /* STEP_ADDRESS, STEP_LOAD: in line, as the calls that are counted by the instruction do it */
    uint64_t value;
    uint64_t address;
    uint64_t contents[MODEL_SLOTS];
};

/** The index in its table of a slot, as steps name it. */
static inline unsigned step_slot(unsigned slot)
{
    switch (slot) {
    case SLOT_HYPERVISOR:
        return MACHINE_SLOT_FIRST;
    case SLOT_HYPERVISOR_LAST:
        return MACHINE_SLOT_END - 1;
    default:
        return model_slots[slot];
    }
}

/**
 * Does a step in the world as it is. What is wrong with it is in `watch`.
 * Returns 0 if it was done, an error of the ABI negated, or 1 for an exchange that did not come about.
 */
int step_do(const struct step *step);

#endif
