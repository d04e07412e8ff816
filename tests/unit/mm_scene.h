// SPDX-License-Identifier: MIT
// What the tests of hv/mm begin with: the modelled machine, a domain of ours, another one, and tables.
#ifndef PV_TESTS_UNIT_MM_SCENE_H
#define PV_TESTS_UNIT_MM_SCENE_H

#include "abi/call.h"
#include "mm/entry.h"
#include "mm/mmu.h"

#include <criterion/criterion.h>
#include <string.h>

// Frames, by number. Our tables of levels 1 to 4, linked by their slots of SLOT, where tables_build was
// called.
enum {
    LEVEL1 = 1,
    LEVEL2,
    LEVEL3,
    LEVEL4,
    DATA, // more data up to SPARE_END
    SPARE,
    SPARE_END = 20,
    SHARED = 20, // ours, and of the hypervisor's making
    FIXED,
    THEIRS, // the other domain's data, and one table of each level
    THEIR_LEVEL1,
    THEIR_LEVEL4 = THEIR_LEVEL1 + 3,
    HYPERVISORS,
    NOBODYS,
    SLOT = 5
};

#define READABLE (PTE_PRESENT | PTE_USER)
#define WRITABLE (PTE_PRESENT | PTE_USER | PTE_WRITE)

// The virtual address that the linked tables lead to.
#define ADDRESS ((uint64_t)SLOT << 39 | (uint64_t)SLOT << 30 | (uint64_t)SLOT << 21 | (uint64_t)SLOT << 12)

static struct mmu mmu, other_mmu;
static struct frame_list frames_ours, frames_theirs, frames_hypervisors;

// Which flushes the machine was asked for since scene_flushes was called.
static struct {
    unsigned count;
    uint64_t processors; // of the last
} flushes;

static inline void flush_note(enum machine_event event, uint64_t processors)
{
    if (event == MACHINE_FLUSH) {
        flushes.count++;
        flushes.processors = processors;
    }
}

// Makes these processors, a bit each, the ones that have a root of the domain's loaded.
static inline void runs_on(uint64_t processors)
{
    mmu_processors_change(&mmu, processors, ~processors);
}

static inline uint64_t entry_of(uint64_t frame, uint64_t bits)
{
    return frame << PAGE_SHIFT | bits;
}

// The machine address of an entry of a table.
static inline uint64_t at(uint64_t table, unsigned slot)
{
    return (table << PAGE_SHIFT) + slot * sizeof(uint64_t);
}

// The entry itself, behind the validator's back.
static inline uint64_t *word(uint64_t table, unsigned slot)
{
    return &machine.memory[at(table, slot) / sizeof(uint64_t)];
}

static inline void take(struct frame_list *list, uint16_t owner, enum frame_type type, unsigned first,
                        unsigned last)
{
    mfn_t frame;

    for (unsigned number = first; number <= last; number++) {
        cr_assert(frame_take(list, owner, type, &frame));
        cr_assert_eq(frame.number, number);
    }
}

// All frames are data, but for those of the other domain.
static inline void scene_open(void)
{
    machine_open();
    frame_list_open(&frames_ours);
    frame_list_open(&frames_theirs);
    frame_list_open(&frames_hypervisors);
    cr_assert(frame_range_add(mfn(1), mfn(MACHINE_FRAMES)));
    take(&frames_ours, OWNER_DOMAIN, FRAME_DATA, 1, SPARE_END - 1);
    take(&frames_ours, OWNER_DOMAIN, FRAME_SHARED, SHARED, SHARED);
    take(&frames_ours, OWNER_DOMAIN, FRAME_FIXED, FIXED, FIXED);
    take(&frames_theirs, OWNER_DOMAIN + 1, FRAME_DATA, THEIRS, THEIR_LEVEL4);
    take(&frames_hypervisors, OWNER_HYPERVISOR, FRAME_FIXED, HYPERVISORS, HYPERVISORS);
    mmu_open(&mmu, OWNER_DOMAIN);
    mmu_open(&other_mmu, OWNER_DOMAIN + 1);
    for (unsigned level = 1; level <= 4; level++)
        cr_assert_eq(frame_retype(&other_mmu, mfn(THEIR_LEVEL1 + level - 1), (enum frame_type)level, true),
                     0);
    flushes.count = 0;
    machine.hook = flush_note;
}

static inline void table_build(unsigned frame, enum frame_type type)
{
    cr_assert_eq(frame_retype(&mmu, mfn(frame), type, true), 0);
}

// Tables of all levels, each linked by the one above it.
static inline void tables_build(void)
{
    for (unsigned level = 1; level <= 4; level++)
        table_build(LEVEL1 + level - 1, (enum frame_type)level);
    for (unsigned table = LEVEL2; table <= LEVEL4; table++)
        cr_assert_eq(mmu_entry_set(&mmu, at(table, SLOT), entry_of(table - 1, WRITABLE)), 0);
}

static inline int set(unsigned table, unsigned slot, uint64_t value)
{
    return mmu_entry_set(&mmu, at(table, slot), value);
}

// What an error must leave as it is: memory, types, counts.
struct state {
    uint64_t memory[MACHINE_FRAMES * MACHINE_ENTRIES];
    uint32_t tags[MACHINE_FRAMES], counts[MACHINE_FRAMES];
};

static inline void state_keep(struct state *state)
{
    memcpy(state->memory, machine.memory, sizeof(state->memory));
    for (unsigned i = 0; i < MACHINE_FRAMES; i++) {
        state->tags[i] = machine.frames[i].tag;
        state->counts[i] = machine.frames[i].count;
    }
}

static inline bool state_same(const struct state *state)
{
    static struct state now;

    state_keep(&now);
    return memcmp(&now, state, sizeof(now)) == 0;
}

// That a verb returns an error and has changed nothing.
#define expect_refused(error, call, ...)                                                                     \
    do {                                                                                                     \
        static struct state kept;                                                                            \
        state_keep(&kept);                                                                                   \
        cr_expect_eq(call, -(error), __VA_ARGS__);                                                           \
        cr_expect(state_same(&kept), __VA_ARGS__);                                                           \
    } while (0)

#endif
