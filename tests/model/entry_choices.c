// SPDX-License-Identifier: MIT
/*
 * The entries that guests try: one at a time, and as the contents of a frame that is to be a table.
 */
#include "chooser.h"

#include "mm/entry.h"
#include "mm/machine.h"

/* Descriptors that no guest may have: a gate, a local table, ring 0, 32-bit code. */
static const uint64_t bad_descriptors[] = {0x0020ee0000000000, 0x0000e20000000000, 0x00af9b000000ffff,
                                           0x00cffb000000ffff};
#define BAD_DESCRIPTORS (sizeof(bad_descriptors) / sizeof(bad_descriptors[0]))

/* Code of ring 3 in 64-bit mode. */
#define GOOD_DESCRIPTOR 0x00affb000000ffff

/* A frame that an entry at a level may lead to, if there is one. */
static unsigned target_for(const struct chooser *chooser, unsigned level)
{
    unsigned target = 1;

    for (unsigned frame = 1; frame < MACHINE_FRAMES; frame++) {
        if (chooser_owns(chooser, frame) && (unsigned)chooser_type(frame) == level - 1) {
            target = frame;
        }
    }
    return target;
}

/* Entries that no table may have, for one reason each; 0 after the last. */
static uint64_t bad_entry(const struct chooser *chooser, unsigned level, unsigned index)
{
    unsigned target = target_for(chooser, level);
    uint64_t entry = model_entry(target, level != FRAME_LEVEL1 || chooser_type(target) == FRAME_DATA);

    switch (index) {
    case 0:
        return entry | PTE_LARGE;
    case 1:
        return entry + MACHINE_FRAMES * PAGE_SIZE;
    case 2:
        return entry | PTE_GLOBAL;
    case 3:
        return entry & ~PTE_USER;
    case 4:
        return entry | PTE_UNCACHED;
    case 5:
        return model_entry(MACHINE_FRAMES - 1 - (chooser_owns(chooser, MACHINE_FRAMES - 1) ? 1 : 0), false) &
               ~PTE_PRESENT;
    default:
        return 0;
    }
}

bool entry_choice(const struct chooser *chooser, unsigned level, unsigned index, bool bad, uint64_t *value)
{
    if (index == 0) {
        *value = 0;
        return true;
    }
    if (index <= 2 * MACHINE_FRAMES) {
        *value = model_entry((index - 1) / 2, (index & 1) == 0);
        return true;
    }
    *value = bad ? bad_entry(chooser, level, index - 1 - 2 * MACHINE_FRAMES) : 0;
    return *value != 0;
}

static void slot_choices(const struct chooser *chooser, unsigned frame, unsigned slot)
{
    bool variants = config_tries(TRY_VARIANTS);
    struct step step = {.kind = STEP_SET, .frame = (uint8_t)frame, .slot = (uint8_t)slot};

    for (unsigned i = 0; entry_choice(chooser, chooser_type(frame), i, variants || slot == 0, &step.value);
         i++) {
        step.kind = STEP_SET;
        choose(chooser, step);
        if (!variants) {
            continue;
        }
        step.kind = STEP_KEEP;
        choose(chooser, step);
        step.kind = STEP_EXCHANGE;
        step.differs = false;
        choose(chooser, step);
        step.differs = true;
        choose(chooser, step);
    }
}

/* With any frame, whatever it is: most of this is refused. */
static void frame_choices(const struct chooser *chooser, unsigned frame)
{
    struct step step = {.kind = STEP_SET, .frame = (uint8_t)frame};

    choose(chooser, step);
    step.value = model_entry(frame, true);
    choose(chooser, step);
    for (unsigned i = 0; i < BAD_DESCRIPTORS && chooser_type(frame) == FRAME_DESCRIPTORS; i++) {
        step.value = bad_descriptors[i];
        choose(chooser, step);
    }
    if (chooser_owns(chooser, frame) && chooser_type(frame) == FRAME_LEVEL4) {
        step.slot = SLOT_HYPERVISOR;
        choose(chooser, step);
        step.slot = SLOT_HYPERVISOR_LAST;
        step.value = 0;
        choose(chooser, step);
    }
}

void entry_choices(const struct chooser *chooser)
{
    for (unsigned frame = 0; frame < MACHINE_FRAMES; frame++) {
        enum frame_type type = chooser_type(frame);

        frame_choices(chooser, frame);
        if (chooser_owns(chooser, frame) && type >= FRAME_LEVEL1 && type <= FRAME_LEVEL4) {
            for (unsigned slot = 0; slot < config->slots[type]; slot++) {
                slot_choices(chooser, frame, slot);
            }
        }
    }
}

static void descriptors_choices(const struct chooser *chooser, struct step step)
{
    choose(chooser, step);
    step.contents[0] = GOOD_DESCRIPTOR;
    choose(chooser, step);
    for (unsigned i = 0; i < BAD_DESCRIPTORS; i++) {
        step.contents[1] = bad_descriptors[i];
        choose(chooser, step);
    }
}

/* A frame's contents: one entry; the same twice; a legal one and then one that is not. */
void contents_choices(const struct chooser *chooser, struct step step)
{
    unsigned slots = config->slots[step.type];
    uint64_t value;

    if (step.type == FRAME_DESCRIPTORS) {
        descriptors_choices(chooser, step);
        return;
    }
    for (unsigned i = 0; entry_choice(chooser, step.type, i, true, &value); i++) {
        step.contents[0] = value;
        step.contents[1] = 0;
        choose(chooser, step);
        if (slots > 1) {
            step.contents[1] = value;
            choose(chooser, step);
            step.contents[1] = bad_entry(chooser, step.type, 0);
            choose(chooser, step);
        }
    }
}
