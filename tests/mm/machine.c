// SPDX-License-Identifier: MIT
/*
 * The modelled machine: its arrays, and what its processors remember.
 *
 * Invariant: what is remembered only grows, until the processor forgets everything.
 */
#include "mm/machine.h"

#include <stdio.h>

#include "mm/frame.h"

static struct frame frame_table[MACHINE_FRAMES];
static uint64_t memory[MACHINE_FRAMES * MACHINE_ENTRIES];

struct machine machine;

/* lock_wait of hv/lib/ticket.h. Nobody else is there who could give a lock back. */
asm(".globl lock_wait\n"
    "lock_wait: ud2\n");

void machine_open(void)
{
    memset(frame_table, 0, sizeof(frame_table));
    memset(memory, 0, sizeof(memory));
    machine = (struct machine){.frames = frame_table, .memory = memory};
    for (unsigned i = 0; i < MACHINE_PROCESSORS; i++) {
        machine.processors[i].root = MACHINE_NO_ROOT;
        machine.processors[i].user_root = MACHINE_NO_ROOT;
    }
    frame_table_open(MACHINE_FRAMES);
}

void machine_broken(const char *what)
{
    fflush(NULL);
    fprintf(stderr, "machine: %s\n", what);
    abort();
}

void machine_forget(unsigned processor)
{
    memset(machine.processors[processor].seen, 0, sizeof(machine.processors[processor].seen));
    machine.processors[processor].beyond = false;
}

uint8_t machine_seen(uint64_t frame)
{
    uint8_t seen = 0;

    for (unsigned i = 0; i < MACHINE_PROCESSORS; i++) {
        seen |= machine.processors[i].seen[frame];
    }
    return seen;
}

static void page_walk(struct machine_processor *processor, uint64_t frame, uint64_t frames, uint8_t seen)
{
    for (uint64_t i = frame; i < frame + frames && i < MACHINE_FRAMES; i++) {
        processor->seen[i] |= seen;
    }
    processor->beyond |= frame + frames > MACHINE_FRAMES;
}

/* One entry of a table of a level. A large page has the size of what a table in its place would map. */
static void entry_walk(struct machine_processor *processor, unsigned level, uint64_t entry)
{
    uint64_t frame = (entry & PTE_ADDRESS) >> PAGE_SHIFT;
    unsigned shift = 9 * (level - 1);
    uint8_t seen = (entry & PTE_WRITE) != 0 ? SEEN_READABLE | SEEN_WRITABLE : SEEN_READABLE;

    if ((entry & PTE_PRESENT) == 0) {
        return;
    }
    if (level == 1) {
        page_walk(processor, frame, 1, seen);
    } else if ((entry & PTE_LARGE) != 0) {
        page_walk(processor, frame >> shift << shift, 1ull << shift, seen);
    } else {
        page_walk(processor, frame, 1, SEEN_TABLE(level - 1));
    }
}

static void table_walk(struct machine_processor *processor, unsigned level, uint64_t frame)
{
    const uint64_t *entries = machine.memory + frame * MACHINE_ENTRIES;
    unsigned count = machine.slots != NULL ? machine.slot_count : MACHINE_ENTRIES;

    for (unsigned i = 0; i < count; i++) {
        unsigned slot = machine.slots != NULL ? machine.slots[i] : i;

        if (level != 4 || slot < MACHINE_SLOT_FIRST || slot >= MACHINE_SLOT_END) {
            entry_walk(processor, level, entries[slot]);
        }
    }
}

/* From the top down: each table is walked once it is known to be one, and nothing leads up again. */
static void processor_fill(struct machine_processor *processor)
{
    if (processor->root != MACHINE_NO_ROOT) {
        table_walk(processor, 4, processor->root);
    }
    if (processor->user_root != MACHINE_NO_ROOT) {
        table_walk(processor, 4, processor->user_root);
    }
    for (unsigned level = 3; level >= 1; level--) {
        for (uint64_t frame = 0; frame < MACHINE_FRAMES; frame++) {
            if ((processor->seen[frame] & SEEN_TABLE(level)) != 0) {
                table_walk(processor, level, frame);
            }
        }
    }
}

void machine_fill(void)
{
    for (unsigned i = 0; i < MACHINE_PROCESSORS; i++) {
        processor_fill(&machine.processors[i]);
    }
}
