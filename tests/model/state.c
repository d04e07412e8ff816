// SPDX-License-Identifier: MIT
/*
 * Packing and unpacking. What is packed has been checked by the oracle: every entry leads to a frame that
 * there is.
 */
#include "state.h"

#include <string.h>

#include "mm/entry.h"
#include "mm/machine.h"

/* Any one will do. */
#define EPOCH 1000

struct world world;

uint64_t model_entry(unsigned frame, bool write)
{
    return PTE_PRESENT | PTE_USER | (write ? PTE_WRITE : 0) | (uint64_t)frame << PAGE_SHIFT;
}

static uint32_t entry_pack(unsigned frame, enum frame_type type, uint64_t entry)
{
    unsigned target = (unsigned)((entry & PTE_ADDRESS) >> PAGE_SHIFT);
    bool write = (entry & PTE_WRITE) != 0;

    if ((entry & PTE_PRESENT) == 0) {
        return 0;
    }
    if (config_tries(MERGE_VIEWS)) {
        target = type == FRAME_LEVEL1 && !write ? frame : target;
        write = write && type == FRAME_LEVEL1;
    }
    return STATE_PRESENT | (write ? STATE_WRITE : 0) | target << 2;
}

static uint32_t entries_pack(unsigned frame, enum frame_type type)
{
    uint32_t word = 0;

    if (type < FRAME_LEVEL1 || type > FRAME_LEVEL4) {
        return 0;
    }
    for (unsigned slot = 0; slot < MODEL_SLOTS; slot++) {
        uint64_t entry = machine.memory[frame * MACHINE_ENTRIES + model_slots[slot]];

        word |= entry_pack(frame, type, entry) << (STATE_ENTRIES + slot * STATE_ENTRY_BITS);
    }
    return word;
}

static bool stamp_is_fresh(unsigned frame)
{
    unsigned domain = (machine.frames[frame].tag >> FRAME_TYPE_BITS) - OWNER_DOMAIN;

    return domain < MODEL_DOMAINS && machine.frames[frame].stamp == world.mmu[domain].epoch;
}

static uint32_t frame_pack(unsigned frame)
{
    enum frame_type type = (enum frame_type)(machine.frames[frame].tag & STATE_TYPE);
    uint32_t word = type | (stamp_is_fresh(frame) ? STATE_STAMP : 0);

    for (unsigned i = 0; i < MODEL_PROCESSORS; i++) {
        word |= (machine.processors[i].seen[frame] >> 1 & 0xfu) << (STATE_SEEN + 4 * i);
    }
    return word | entries_pack(frame, type);
}

void state_save(struct state *state)
{
    for (unsigned frame = 0; frame < MACHINE_FRAMES; frame++) {
        state->frames[frame] = frame_pack(frame);
    }
    state->loads = 0;
    for (unsigned domain = 0; domain < MODEL_DOMAINS; domain++) {
        for (unsigned i = 0; i < MODEL_PROCESSORS; i++) {
            for (unsigned which = 0; which < MMU_LOADS; which++) {
                state->loads |= world.contexts[domain][i].loaded[which].number
                                << state_load_shift(domain, i, which);
            }
        }
    }
    for (unsigned i = 0; i < MODEL_PROCESSORS; i++) {
        state->loads |= (uint64_t)world.runs[i] << (STATE_RUNS + 2 * i);
    }
}

/* Most often they are as they should be. */
static void own_slots_unpack(unsigned frame, bool root)
{
    uint64_t *entries = machine.memory + frame * MACHINE_ENTRIES;

    if ((entries[MACHINE_SLOT_FIRST] != 0) == root && (entries[MACHINE_SLOT_END - 1] != 0) == root) {
        return;
    }
    for (unsigned slot = MACHINE_SLOT_FIRST; slot < MACHINE_SLOT_END; slot++) {
        entries[slot] = root ? MACHINE_SLOT_ENTRY(slot) : 0;
    }
}

static void frame_unpack(unsigned frame, uint32_t word)
{
    enum frame_type type = (enum frame_type)(word & STATE_TYPE);

    machine.frames[frame].tag = (uint32_t)config_owner(frame) << FRAME_TYPE_BITS | type;
    machine.frames[frame].stamp = (word & STATE_STAMP) != 0 ? EPOCH : EPOCH - 1;
    for (unsigned i = 0; i < MODEL_PROCESSORS; i++) {
        machine.processors[i].seen[frame] = (uint8_t)((word >> (STATE_SEEN + 4 * i) & 0xfu) << 1);
    }
    for (unsigned slot = 0; slot < MODEL_SLOTS; slot++) {
        uint32_t entry = state_entry(word, slot);
        unsigned target = entry >> 2;
        bool present = (entry & STATE_PRESENT) != 0, write = (entry & STATE_WRITE) != 0;

        machine.memory[frame * MACHINE_ENTRIES + model_slots[slot]] =
            present ? model_entry(target, write) : 0;
        if (present && (write || type != FRAME_LEVEL1)) {
            machine.frames[target].count++;
        }
    }
    own_slots_unpack(frame, type == FRAME_LEVEL4);
}

static void context_unpack(const struct state *state, unsigned domain, unsigned processor)
{
    struct mmu_context *context = &world.contexts[domain][processor];

    for (unsigned which = 0; which < MMU_LOADS; which++) {
        unsigned frame = state->loads >> state_load_shift(domain, processor, which) & (MACHINE_FRAMES - 1);

        context->loaded[which] = mfn(frame);
        if (frame != 0) {
            machine.frames[frame].count++;
        }
    }
}

static uint64_t root_or_none(mfn_t root)
{
    return root.number != 0 ? root.number : MACHINE_NO_ROOT;
}

static void processor_unpack(const struct state *state, unsigned processor)
{
    struct machine_processor *to = &machine.processors[processor];
    unsigned runs = state->loads >> (STATE_RUNS + 2 * processor) & 3;

    world.runs[processor] = runs;
    to->root = to->user_root = MACHINE_NO_ROOT;
    if (runs != 0) {
        const struct mmu_context *context = &world.contexts[runs - 1][processor];

        mmu_processors_change(&world.mmu[runs - 1], 1ull << processor, 0);
        to->root = root_or_none(context->loaded[PV_LOAD_KERNEL_ROOT]);
        to->user_root = root_or_none(context->loaded[PV_LOAD_USER_ROOT]);
    }
}

void state_load(const struct state *state)
{
    for (unsigned frame = 0; frame < MACHINE_FRAMES; frame++) {
        machine.frames[frame].count = 0;
    }
    for (unsigned domain = 0; domain < MODEL_DOMAINS; domain++) {
        mmu_open(&world.mmu[domain], (uint16_t)(OWNER_DOMAIN + domain));
        world.mmu[domain].epoch = EPOCH;
        for (unsigned i = 0; i < MODEL_PROCESSORS; i++) {
            context_unpack(state, domain, i);
        }
    }
    for (unsigned i = 0; i < MODEL_PROCESSORS; i++) {
        machine.processors[i].beyond = false;
        processor_unpack(state, i);
    }
    for (unsigned frame = 0; frame < MACHINE_FRAMES; frame++) {
        frame_unpack(frame, state->frames[frame]);
    }
}

static uint32_t start_entry(const struct config_link *link)
{
    uint32_t entry = STATE_PRESENT | (link->write ? STATE_WRITE : 0) | (uint32_t)link->target << 2;

    return entry << (STATE_ENTRIES + link->slot * STATE_ENTRY_BITS);
}

void state_start(struct state *state)
{
    *state = (struct state){.loads = 0};
    for (unsigned frame = 0; frame < MACHINE_FRAMES; frame++) {
        state->frames[frame] = config_type(frame);
    }
    for (unsigned i = 0; i < CONFIG_LINKS && config->links[i].table != 0; i++) {
        state->frames[config->links[i].table] |= start_entry(&config->links[i]);
    }
    for (unsigned domain = 0; domain < MODEL_DOMAINS; domain++) {
        for (unsigned i = 0; i < MODEL_PROCESSORS; i++) {
            uint64_t root = config_root(domain);

            state->loads |= root << state_load_shift(domain, i, PV_LOAD_KERNEL_ROOT);
            if (config_tries(TRY_USER_ROOTS)) {
                state->loads |= root << state_load_shift(domain, i, PV_LOAD_USER_ROOT);
            }
        }
    }
    for (unsigned i = 0; i < MODEL_PROCESSORS; i++) {
        state->loads |= 1ull << (STATE_RUNS + 2 * i);
    }
}
