// SPDX-License-Identifier: MIT
/*
 * Traces. States are stored under canonical names; a trace keeps the names of the first state for everything.
 */
#include "trace.h"

#include <stdio.h>
#include <string.h>

#include "mm/entry.h"
#include "watch.h"

/* What the things of the state that the world is in were called in the first. */
static struct naming first;

static uint8_t seen_before[MODEL_PROCESSORS][MACHINE_FRAMES];

static const char *const type_names[] = {"data",        "level 1", "level 2", "level 3",      "level 4",
                                         "descriptors", "shared",  "fixed",   "beyond memory"};
#define NO_TYPE 8

static const char *const errors[] = {
    [0] = "done",
#define PV_ERROR(number, name, sentence) [number] = #name ": " sentence,
#include "abi/errors.def"
#undef PV_ERROR
};

void trace_open(void)
{
    for (unsigned frame = 0; frame < MACHINE_FRAMES; frame++) {
        first.frame[frame] = (uint8_t)frame;
        for (unsigned slot = 0; slot < MODEL_SLOTS; slot++) {
            first.slot[frame][slot] = (uint8_t)slot;
        }
    }
    for (unsigned i = 0; i < MODEL_PROCESSORS; i++) {
        first.processor[i] = (uint8_t)i;
    }
}

void trace_rename(const struct naming *naming)
{
    struct naming before = first;

    for (unsigned frame = 0; frame < MACHINE_FRAMES; frame++) {
        unsigned to = naming->frame[frame];

        first.frame[to] = before.frame[frame];
        for (unsigned slot = 0; slot < MODEL_SLOTS; slot++) {
            first.slot[to][naming->slot[frame][slot]] = before.slot[frame][slot];
        }
    }
    for (unsigned i = 0; i < MODEL_PROCESSORS; i++) {
        first.processor[naming->processor[i]] = before.processor[i];
    }
}

static unsigned frame_name(uint64_t frame)
{
    return frame < MACHINE_FRAMES ? first.frame[frame] : (unsigned)frame;
}

static unsigned slot_name(unsigned frame, unsigned slot)
{
    return step_slot(slot < MODEL_SLOTS && frame < MACHINE_FRAMES ? first.slot[frame][slot] : slot);
}

static void entry_print(uint64_t entry)
{
    static const struct {
        uint64_t bit;
        const char *name;
    } bits[] = {{PTE_WRITE, " writable"},
                {PTE_LARGE, " large"},
                {PTE_GLOBAL, " global"},
                {PTE_UNCACHED, " uncached"}};

    if (entry == 0) {
        printf("nothing");
        return;
    }
    printf("%sframe %u", (entry & PTE_PRESENT) != 0 ? "" : "absent ",
           frame_name((entry & PTE_ADDRESS) >> PAGE_SHIFT));
    for (unsigned i = 0; i < sizeof(bits) / sizeof(bits[0]); i++) {
        printf("%s", (entry & bits[i].bit) != 0 ? bits[i].name : "");
    }
    if ((entry & (PTE_PRESENT | PTE_USER)) == PTE_PRESENT) {
        printf(" supervisor");
    }
}

/* A word of a frame of a type, or of one that is to have it. */
static void word_print(unsigned type, uint64_t word)
{
    if (type == FRAME_DESCRIPTORS) {
        printf("%#018llx", (unsigned long long)word);
    } else {
        entry_print(word);
    }
}

static unsigned type_of(unsigned frame)
{
    return frame < MACHINE_FRAMES ? machine.frames[frame].tag & STATE_TYPE : NO_TYPE;
}

static void contents_print(const struct step *step)
{
    if (type_of(step->frame) != FRAME_DATA || step->kind != STEP_RETYPE) {
        return;
    }
    for (unsigned slot = 0; slot < MODEL_SLOTS; slot++) {
        if (step->contents[slot] != 0) {
            printf(", %u: ", slot_name(step->frame, slot));
            word_print(step->type, step->contents[slot]);
        }
    }
}

static void call_print(const struct step *step)
{
    static const char *const loads[] = {"kernel root", "user root", "descriptors", "local descriptors"};
    static const char *const sets[] = {"set", "set and keep", "exchange"};
    unsigned frame = frame_name(step->frame);

    switch ((enum step_kind)step->kind) {
    case STEP_SET:
    case STEP_KEEP:
    case STEP_EXCHANGE:
        printf("%s frame %u[%u] (%s) := ", sets[step->kind], frame, slot_name(step->frame, step->slot),
               type_names[type_of(step->frame)]);
        word_print(type_of(step->frame), step->value);
        break;
    case STEP_ADDRESS:
        printf("set the entry of address %#llx%s := ", (unsigned long long)step->address,
               step->line ? ", in line" : "");
        entry_print(step->value);
        break;
    case STEP_RETYPE:
    case STEP_CLEAR:
        printf("%s frame %u, %s -> %s", step->kind == STEP_CLEAR ? "clear" : "retype", frame,
               type_names[type_of(step->frame)], type_names[step->type]);
        contents_print(step);
        break;
    case STEP_LOAD:
        printf("load frame %u as %s%s", frame, loads[step->which], step->line ? ", in line" : "");
        printf("%s", step->differs ? ", and as kernel root" : "");
        break;
    case STEP_FLUSH:
        printf("flush, virtual CPUs %#x", step->which);
        break;
    case STEP_FLUSH_PAGE:
        printf("flush address %#llx, virtual CPUs %#x", (unsigned long long)step->address, step->which);
        break;
    default:
        printf("runs %s from now on", step->which == 0   ? "nothing"
                                      : step->which == 1 ? "domain a"
                                                         : "domain b");
        break;
    }
}

void trace_step(unsigned number, const struct step *step)
{
    unsigned runs = world.runs[step->processor];

    printf("%4u. processor %u, %s: ", number, first.processor[step->processor],
           runs == 0   ? "nothing"
           : runs == 1 ? "domain a"
                       : "domain b");
    call_print(step);
    printf(watch.tell ? "\n" : "");
}

void trace_result(int error)
{
    unsigned index = (unsigned)(error < 0 ? -error : 0);
    const char *name = index < sizeof(errors) / sizeof(errors[0]) ? errors[index] : "?";

    printf("%s[%s]\n", watch.tell ? "      " : "  ", error > 0 ? "it is another" : name);
}

void trace_finding(void)
{
    if (watch.tell) {
        printf("      ! %s: frame %u (%s)\n", watch.finding.what, frame_name(watch.finding.frame),
               type_names[type_of((unsigned)watch.finding.frame)]);
    }
}

void trace_event(enum machine_event event, uint64_t argument)
{
    static const char *const names[] = {
        [MACHINE_WRITTEN] = "entry written, frame",
        [MACHINE_EXCHANGED] = "entry exchanged, frame",
        [MACHINE_CLEARED] = "zeroed, frame",
        [MACHINE_FLUSHED] = "flushed, processors",
        [MACHINE_ROOT_LOADED] = "root is loaded, frame",
    };
    bool address = event != MACHINE_FLUSHED;

    if (watch.tell && event < sizeof(names) / sizeof(names[0]) && names[event] != NULL) {
        printf("      - %s ", names[event]);
        printf(address ? "%u\n" : "%#x\n", address ? frame_name(argument >> PAGE_SHIFT) : (unsigned)argument);
    }
}

static void seen_print(unsigned processor, unsigned frame, uint8_t seen, const char *verb)
{
    if ((seen & SEEN_WRITABLE) != 0) {
        printf("      (processor %u %s frame %u as writable)\n", first.processor[processor], verb,
               frame_name(frame));
    }
    for (unsigned level = 1; level <= 3; level++) {
        if ((seen & SEEN_TABLE(level)) != 0) {
            printf("      (processor %u %s frame %u as level %u)\n", first.processor[processor], verb,
                   frame_name(frame), level);
        }
    }
}

void trace_seen(void)
{
    for (unsigned i = 0; i < MODEL_PROCESSORS; i++) {
        for (unsigned frame = 0; frame < MACHINE_FRAMES; frame++) {
            uint8_t now = machine.processors[i].seen[frame];
            uint8_t *before = &seen_before[first.processor[i]][frame_name(frame)];

            if (watch.tell) {
                seen_print(i, frame, now & ~*before, "remembers");
                seen_print(i, frame, *before & ~now, "has forgotten");
            }
            *before = now;
        }
    }
}

void trace_state(void)
{
    for (unsigned frame = 0; frame < MACHINE_FRAMES; frame++) {
        if (config->owners[frame] == '.') {
            continue;
        }
        printf("      frame %u: %c, %s", frame_name(frame), config->owners[frame],
               type_names[type_of(frame)]);
        for (unsigned slot = 0; slot < MODEL_SLOTS; slot++) {
            uint64_t entry = machine.memory[frame * MACHINE_ENTRIES + step_slot(slot)];

            if (entry != 0 && type_of(frame) >= FRAME_LEVEL1 && type_of(frame) <= FRAME_LEVEL4) {
                printf(", [%u] = ", slot_name(frame, slot));
                entry_print(entry);
            }
        }
        printf("\n");
    }
}
