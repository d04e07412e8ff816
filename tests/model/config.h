// SPDX-License-Identifier: MIT
/*
 * What is explored: a machine of a few frames, how its domains begin, and what guests try there. Each
 * configuration is a table of data in config.c.
 */
#ifndef PV_TESTS_MODEL_CONFIG_H
#define PV_TESTS_MODEL_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "mm/frame.h"
#include "mm/mmu.h"

/* Both domains have a virtual CPU for each processor, which runs it, the other domain's, or nothing. */
#define MODEL_DOMAINS    2
#define MODEL_PROCESSORS MACHINE_PROCESSORS

/* Slots of a table that guests use, at most; they are interchangeable. */
#define MODEL_SLOTS 2
extern const uint16_t model_slots[MODEL_SLOTS];

/* What guests do, beside setting entries and changing types. */
enum {
    TRY_USER_ROOTS = 0x01,  /* load a root for user mode */
    TRY_SCHEDULE = 0x02,    /* let processors run the other domain's virtual CPU, or none */
    TRY_DESCRIPTORS = 0x04, /* make descriptor frames, load them */
    TRY_VARIANTS = 0x08,    /* every way to set an entry, every kind of bad entry in every slot */
    TRY_CONTENTS = 0x10,    /* give types to frames with contents; otherwise to cleared ones alone */
    TRY_BOTH = 0x20,        /* the second domain acts, too */
    TRY_ADDRESSES = 0x40,   /* set entries by their addresses */
    MERGE_VIEWS = 0x80      /* take entries that differ in what they only show, not let write, for the same */
};

/* An entry of the tables that a domain begins with. */
struct config_link {
    uint8_t table, slot, target;
    bool write;
};
#define CONFIG_LINKS 4

struct config {
    const char *name;
    const char *what;
    const char *owners; /* of each frame: h the hypervisor, a or b a domain, . nobody */
    const char *types;  /* of each frame: d data, 1 to 4 a table, s shared, f fixed */
    unsigned tries;
    uint32_t least; /* states that there are at least, lest a run that sees nothing finds nothing */
    struct config_link links[CONFIG_LINKS];
    uint8_t slots[FRAME_DESCRIPTORS + 1]; /* how many a table of each type uses */
    bool quick;                           /* part of the run that is made each time */
};

extern const struct config configs[];
extern const unsigned config_count;

/* The one that is explored. */
extern const struct config *config;

/** Whether guests try something in it. */
static inline bool config_tries(unsigned what)
{
    return (config->tries & what) != 0;
}

/** The owner of a frame, as in the frame table. */
uint16_t config_owner(unsigned frame);

/** The type of a frame at the start. */
enum frame_type config_type(unsigned frame);

/** The root that a domain starts with. */
unsigned config_root(unsigned domain);

#endif
