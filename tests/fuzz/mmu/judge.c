// SPDX-License-Identifier: MIT
// What happens in the middle of calls, and what must hold there.
#include "tests/fuzz/mmu/judge.h"

#include "mm/entry.h"
#include "oracle.h"
#include "tests/fuzz/mmu/meaning.h"
#include "tests/fuzz/mmu/world.h"

static struct mmu_step interposed; // VERB_INTERPOSE: what comes after `argument` events
static bool interposing;
bool interfered, root_loaded;

// A guest writes a word through whatever translation there is.
static void guest_write(const struct mmu_step *step)
{
    unsigned slot = world_slots[step->slot % SLOTS];
    uint64_t frame = step->frame % MACHINE_FRAMES;

    if ((machine_seen(frame) & SEEN_WRITABLE) != 0)
        machine.memory[frame * MACHINE_ENTRIES + slot] = step_value(step);
}

// A processor notes in a table that it used an entry.
static void accessed_set(const struct mmu_step *step)
{
    unsigned slot = world_slots[step->slot % SLOTS];
    uint64_t frame = step->frame % MACHINE_FRAMES;
    uint64_t *entry = &machine.memory[frame * MACHINE_ENTRIES + slot];
    unsigned type = machine.frames[frame].tag % (1u << FRAME_TYPE_BITS);

    if (type >= FRAME_LEVEL1 && type <= FRAME_LEVEL4 && (*entry & PTE_PRESENT) != 0 &&
        (type != FRAME_LEVEL4 || slot < MACHINE_SLOT_FIRST || slot >= MACHINE_SLOT_END))
        *entry |= PTE_ACCESSED | ((*entry & PTE_WRITE) != 0 && type == FRAME_LEVEL1 ? PTE_DIRTY : 0);
}

static void interpose(void)
{
    if (!interposing || interposed.argument-- != 0)
        return;
    interposing = false;
    interfered = true;
    machine_fill();
    if ((interposed.kind & 0x80) != 0)
        accessed_set(&interposed);
    else
        guest_write(&interposed);
}

static void expect(bool holds, const struct oracle_finding *finding)
{
    if (!holds)
        world_wrong(finding->what, finding->frame, finding->slot);
}

// Whatever the validator looks at can be written by nobody, and whatever processors remember is right at any
// time.
static void event_judge(enum machine_event event, uint64_t argument)
{
    struct oracle_finding finding;

    interpose();
    switch (event) {
    case MACHINE_READ:
    case MACHINE_CLEAR:
    case MACHINE_SHARE:
    case MACHINE_EXCHANGE:
        expect(oracle_stable(argument >> PAGE_SHIFT, &finding), &finding);
        break;
    case MACHINE_ROOT_LOADED:
        root_loaded = true;
        machine_fill();
        break;
    case MACHINE_WRITTEN:
    case MACHINE_EXCHANGED:
    case MACHINE_FLUSH:
    case MACHINE_FLUSHED:
        machine_fill();
        expect(oracle_always(&finding), &finding);
        break;
    default:
        break;
    }
}

void event_interpose(const struct mmu_step *step)
{
    interposed = *step;
    interposing = true;
}

void events_open(void)
{
    interposing = false;
    machine.hook = event_judge;
}
