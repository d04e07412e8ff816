// SPDX-License-Identifier: MIT
/*
 * Notes of types, counts, entries and loads. Data is the guest's to change, so its contents do not count.
 */
#include "unchanged.h"

#include <string.h>

#include "mm/machine.h"

void unchanged_note(struct unchanged *before)
{
    for (unsigned frame = 0; frame < MACHINE_FRAMES; frame++) {
        before->frames[frame] = machine.frames[frame];
        for (unsigned slot = 0; slot < STEP_SLOTS; slot++) {
            before->entries[frame][slot] = machine.memory[frame * MACHINE_ENTRIES + step_slot(slot)];
        }
    }
    memcpy(before->contexts, world.contexts, sizeof(world.contexts));
}

static bool frame_is_same(const struct unchanged *before, unsigned frame)
{
    const struct frame *now = &machine.frames[frame], *then = &before->frames[frame];

    if (now->tag != then->tag || now->count != then->count) {
        return false;
    }
    if ((now->tag & STATE_TYPE) == FRAME_DATA && now->tag >> FRAME_TYPE_BITS >= OWNER_DOMAIN) {
        return true;
    }
    for (unsigned slot = 0; slot < STEP_SLOTS; slot++) {
        if (machine.memory[frame * MACHINE_ENTRIES + step_slot(slot)] != before->entries[frame][slot]) {
            return false;
        }
    }
    return true;
}

bool unchanged_is(const struct unchanged *before)
{
    for (unsigned frame = 0; frame < MACHINE_FRAMES; frame++) {
        if (!frame_is_same(before, frame)) {
            return false;
        }
    }
    return memcmp(before->contexts, world.contexts, sizeof(world.contexts)) == 0;
}

bool unchanged_stamps(const struct unchanged *before)
{
    for (unsigned frame = 0; frame < MACHINE_FRAMES; frame++) {
        if (machine.frames[frame].stamp != before->frames[frame].stamp) {
            return false;
        }
    }
    return true;
}

bool unchanged_elsewhere(const struct unchanged *before, uint16_t owner, uint64_t *changed)
{
    for (unsigned frame = 0; frame < MACHINE_FRAMES; frame++) {
        *changed = frame;
        if (config_owner(frame) != owner && !frame_is_same(before, frame)) {
            return false;
        }
    }
    return true;
}
