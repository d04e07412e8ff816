// SPDX-License-Identifier: MIT
/*
 * What guests try: with each frame, whatever it is, what they could try with it; more of it where it can
 * succeed.
 *
 * The verbs that do not ask which processor runs them are tried on one that runs the domain.
 */
#include "chooser.h"

#include <stdio.h>
#include <stdlib.h>

#include "mm/machine.h"

#define NONCANONICAL (1ull << 47)

void choose(const struct chooser *chooser, struct step step)
{
    struct choices *choices = chooser->choices;

    if (choices->count == CHOICES_LIMIT) {
        fprintf(stderr, "model: too many steps in one state\n");
        exit(2);
    }
    step.processor = (uint8_t)chooser->processor;
    choices->steps[choices->count++] = step;
}

enum frame_type chooser_type(unsigned frame)
{
    return (enum frame_type)(machine.frames[frame].tag & STATE_TYPE);
}

bool chooser_owns(const struct chooser *chooser, unsigned frame)
{
    return config_owner(frame) == OWNER_DOMAIN + chooser->domain;
}

static void type_choices(const struct chooser *chooser)
{
    for (unsigned frame = 0; frame < MACHINE_FRAMES; frame++) {
        bool data = chooser_owns(chooser, frame) && chooser_type(frame) == FRAME_DATA;

        for (unsigned type = FRAME_DATA; type <= FRAME_DESCRIPTORS; type++) {
            struct step step = {.kind = STEP_CLEAR, .frame = (uint8_t)frame, .type = (uint8_t)type};

            if (type == FRAME_DESCRIPTORS && !config_tries(TRY_DESCRIPTORS)) {
                continue;
            }
            choose(chooser, step);
            step.kind = STEP_RETYPE;
            if (data && type != FRAME_DATA && config_tries(TRY_CONTENTS)) {
                contents_choices(chooser, step);
            } else if (!data) {
                choose(chooser, step);
            }
        }
    }
}

/* Frames that there are not. */
static void wild_choices(const struct chooser *chooser)
{
    const uint8_t frames[] = {MACHINE_FRAMES, MACHINE_FRAMES + 2, UINT8_MAX};

    for (unsigned i = 0; i < sizeof(frames); i++) {
        choose(chooser, (struct step){.kind = STEP_SET, .frame = frames[i]});
        choose(chooser, (struct step){.kind = STEP_CLEAR, .frame = frames[i], .type = FRAME_LEVEL1});
        choose(chooser, (struct step){.kind = STEP_RETYPE, .frame = frames[i], .type = FRAME_DATA});
        for (unsigned which = 0; which < MMU_LOADS; which++) {
            choose(chooser, (struct step){.kind = STEP_LOAD, .frame = frames[i], .which = (uint8_t)which});
        }
        choose(chooser, (struct step){.kind = STEP_LOAD, .frame = frames[i], .line = true});
        choose(chooser, (struct step){
                            .kind = STEP_LOAD, .frame = frames[i], .line = true, .which = PV_LOAD_USER_ROOT});
    }
}

/* Both roots at once: the kernel's as it is, and the same as the user's. */
static void roots_choices(const struct chooser *chooser, struct step step)
{
    step.which = PV_LOAD_USER_ROOT;
    step.line = true;
    step.differs = false;
    choose(chooser, step);
    step.differs = true;
    choose(chooser, step);
}

static void load_choices(const struct chooser *chooser)
{
    for (unsigned frame = 0; frame < MACHINE_FRAMES; frame++) {
        struct step step = {.kind = STEP_LOAD, .frame = (uint8_t)frame, .line = true};

        choose(chooser, step);
        if (config_tries(TRY_USER_ROOTS)) {
            roots_choices(chooser, step);
        }
        step.line = false;
        for (unsigned which = 0; which < MMU_LOADS; which++) {
            step.which = (uint8_t)which;
            if (which == PV_LOAD_KERNEL_ROOT ||
                (which == PV_LOAD_USER_ROOT && config_tries(TRY_USER_ROOTS)) ||
                (which >= PV_LOAD_DESCRIPTORS && config_tries(TRY_DESCRIPTORS))) {
                choose(chooser, step);
            }
        }
    }
}

static void flush_choices(const struct chooser *chooser)
{
    for (unsigned which = 1; which < 1u << MODEL_PROCESSORS; which++) {
        choose(chooser, (struct step){.kind = STEP_FLUSH, .which = (uint8_t)which});
    }
}

static void address_choice(const struct chooser *chooser, struct step step)
{
    step.line = false;
    choose(chooser, step);
    step.line = true;
    choose(chooser, step);
}

/* Addresses that lead through the first slots of tables, and some that no guest may have. */
static void address_choices(const struct chooser *chooser)
{
    const uint64_t bad[] = {PV_HYPERVISOR_START, PV_HYPERVISOR_END - PAGE_SIZE, NONCANONICAL};
    struct step step = {.kind = STEP_ADDRESS};

    for (unsigned i = 0; entry_choice(chooser, FRAME_LEVEL1, i, true, &step.value); i++) {
        address_choice(chooser, step);
    }
    step.value = 0;
    for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        step.kind = STEP_ADDRESS;
        step.address = bad[i];
        address_choice(chooser, step);
        step.kind = STEP_FLUSH_PAGE;
        step.which = 1;
        choose(chooser, step);
    }
}

static void schedule_choices(const struct chooser *chooser)
{
    for (unsigned which = 0; which <= MODEL_DOMAINS && config_tries(TRY_SCHEDULE); which++) {
        if (which != world.runs[chooser->processor]) {
            choose(chooser, (struct step){.kind = STEP_RUN, .which = (uint8_t)which});
        }
    }
}

static bool is_first_of_domain(unsigned processor)
{
    for (unsigned i = 0; i < processor; i++) {
        if (world.runs[i] == world.runs[processor]) {
            return false;
        }
    }
    return true;
}

static void domain_choices(const struct chooser *chooser)
{
    if (is_first_of_domain(chooser->processor)) {
        entry_choices(chooser);
        flush_choices(chooser);
    }
    type_choices(chooser);
    load_choices(chooser);
    if (config_tries(TRY_ADDRESSES)) {
        address_choices(chooser);
    }
    if (config_tries(TRY_VARIANTS)) {
        wild_choices(chooser);
    }
}

void choices_find(struct choices *choices)
{
    choices->count = 0;
    for (unsigned i = 0; i < MODEL_PROCESSORS; i++) {
        struct chooser chooser = {choices, world.runs[i] - 1, i};

        schedule_choices(&chooser);
        if (world.runs[i] == 1 || (world.runs[i] == 2 && config_tries(TRY_BOTH))) {
            domain_choices(&chooser);
        }
    }
}
