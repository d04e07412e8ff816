// SPDX-License-Identifier: MIT
/*
 * The hook of the modelled machine.
 */
#include "watch.h"

#include "mm/entry.h"
#include "mm/machine.h"
#include "state.h"
#include "trace.h"

struct watch watch;

#define NO_FRAME UINT64_MAX

static void finding_note(const struct oracle_finding *finding)
{
    if (!watch_failed()) {
        watch.finding = *finding;
        trace_finding();
    }
}

void watch_found(const char *what, uint64_t frame)
{
    finding_note(&(struct oracle_finding){.what = what, .frame = frame});
}

static void always_check(void)
{
    struct oracle_finding finding;

    if (!oracle_always(&finding)) {
        finding_note(&finding);
    }
}

void watch_rest(const struct oracle_domain *domains, unsigned count)
{
    struct oracle_finding finding;

    if (!oracle_rest(domains, count, &finding)) {
        finding_note(&finding);
    }
}

/* The hypervisor relies on what a frame has. */
static void contents_check(uint64_t frame)
{
    uint32_t type = machine.frames[frame].tag - world.mmu[world.runs[machine.self] - 1].tag;
    struct oracle_finding finding;

    if (type < FRAME_LEVEL1 || type > FRAME_DESCRIPTORS) {
        watch_found("a frame is looked at that is no table of the domain's", frame);
    }
    if (!oracle_stable(frame, &finding)) {
        watch_found("a table is looked at that a processor can still write", frame);
    }
    watch.read_frame = frame;
}

/* What makes calls of different domains independent: nobody's frames become another's. */
static void owners_check(void)
{
    for (unsigned frame = 0; frame < MACHINE_FRAMES; frame++) {
        if (machine.frames[frame].tag >> FRAME_TYPE_BITS != config_owner(frame)) {
            watch_found("a frame has changed hands", frame);
        }
    }
}

/* After something has changed. */
static void changed(void)
{
    watch.read_frame = NO_FRAME;
    machine_fill();
    owners_check();
    always_check();
}

static void entry_mark(uint64_t address)
{
    uint64_t *entry = &machine.memory[address / sizeof(*entry)];

    if (watch.mark && (*entry & PTE_PRESENT) != 0) {
        *entry |= PTE_ACCESSED | PTE_DIRTY;
        watch.mark = false;
    }
}

static void unlocked(void)
{
    if (!watch.in_call) {
        return;
    }
    watch.window = true;
    if (watch.other != NULL) {
        void (*other)(void) = watch.other;

        watch.other = NULL;
        other();
    }
}

static void hook(enum machine_event event, uint64_t argument)
{
    if (event == MACHINE_READ && argument >> PAGE_SHIFT == watch.read_frame) {
        return;
    }
    trace_event(event, argument);
    switch (event) {
    case MACHINE_READ:
    case MACHINE_CLEAR:
        contents_check(argument >> PAGE_SHIFT);
        break;
    case MACHINE_EXCHANGE:
        entry_mark(argument);
        break;
    case MACHINE_FLUSHED:
        watch.moved = true;
        changed();
        break;
    case MACHINE_ROOT_LOADED:
        watch.moved = true;
        watch.root_loaded = true;
        changed();
        break;
    case MACHINE_FLUSH:
    case MACHINE_ROOT_LOAD:
    case MACHINE_WRITTEN:
    case MACHINE_EXCHANGED:
    case MACHINE_CLEARED:
        changed();
        break;
    case MACHINE_UNLOCK:
        unlocked();
        break;
    default:
        break;
    }
}

void watch_open(void)
{
    machine.hook = hook;
    machine.slots = model_slots;
    machine.slot_count = MODEL_SLOTS;
}

void watch_begin(void)
{
    watch.finding.what = NULL;
    watch.in_call = false;
    watch.moved = false;
    watch.root_loaded = false;
    watch.window = false;
    watch.read_frame = NO_FRAME;
}
