// SPDX-License-Identifier: MIT
// libFuzzer target: any bytes as calls of the memory manager by three domains on two processors, and as
// what hardware and guests do meanwhile. After every call the oracle of tests/mm looks at everything; in the
// middle of calls, at what must hold there.
#include "tests/fuzz/mmu/call.h"
#include "tests/fuzz/mmu/judge.h"
#include "tests/fuzz/mmu/meaning.h"
#include "tests/fuzz/mmu/world.h"

#include <stddef.h>
#include <string.h>

#define STEPS_MOST 256

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct mmu_step steps[STEPS_MOST];
static size_t step_count, next_step;

static const struct mmu_step *step_next(void)
{
    return next_step < step_count ? &steps[next_step++] : NULL;
}

// Verbs of the step that builds, one after the other with checks between them.
static void build_call(const struct mmu_step *build, unsigned verb, unsigned level, unsigned target)
{
    struct mmu_step step = *build;

    step.verb = (uint8_t)verb;
    step.frame = (uint8_t)(build->frame + level - 1);
    step.target = (uint8_t)target;
    step.kind = (uint8_t)(verb == VERB_CLEAR ? level : verb == VERB_SET ? 1 : PV_LOAD_KERNEL_ROOT);
    step.raw = 0;
    call_step(&step);
    world_check();
}

static void build(const struct mmu_step *step)
{
    for (unsigned level = 1; level <= 4; level++) {
        build_call(step, VERB_CLEAR, level, 0);
        build_call(step, VERB_SET, level, step->frame + (level == 1 ? step->target : level - 2));
    }
    build_call(step, VERB_LOAD, 4, 0);
    world_run(step_domain(step), step_vcpu(step), step_processor(step));
}

// What is data may have been written in any way: by the loader, through a mapping that is gone.
static void data_write(const struct mmu_step *step)
{
    uint64_t frame = step->frame % MACHINE_FRAMES;

    if (machine.frames[frame].tag % (1u << FRAME_TYPE_BITS) == FRAME_DATA)
        machine.memory[frame * MACHINE_ENTRIES + world_slots[step->slot % SLOTS]] = step_value(step);
}

static void step_do(const struct mmu_step *step)
{
    switch (step->verb % VERBS) {
    case VERB_BATCH:
        batch_step(step, step_next);
        break;
    case VERB_WRITE:
        data_write(step);
        break;
    case VERB_INTERPOSE:
        event_interpose(step);
        break;
    case VERB_RUN:
        if ((step->flags & STEP_RAW_ADDRESS) != 0)
            world_stop(step_processor(step));
        else
            world_run(step_domain(step), step_vcpu(step), step_processor(step));
        break;
    case VERB_END:
        world_end(step_domain(step), step->argument);
        break;
    case VERB_BUILD:
        build(step);
        break;
    default:
        call_step(step);
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct mmu_step *step;

    step_count = size / sizeof(steps[0]) < STEPS_MOST ? size / sizeof(steps[0]) : STEPS_MOST;
    next_step = 0;
    if (step_count != 0)
        memcpy(steps, data, step_count * sizeof(steps[0]));
    world_open();
    events_open();
    world_check();
    while ((step = step_next()) != NULL) {
        step_do(step);
        world_check();
    }
    return 0;
}
