// SPDX-License-Identifier: MIT
// Single calls. An error changes nothing.
#include "tests/fuzz/mmu/call.h"

#include "mm/change.h"
#include "tests/fuzz/mmu/judge.h"
#include "tests/fuzz/mmu/meaning.h"
#include "tests/fuzz/mmu/world.h"

#include <string.h>

struct state {
    uint64_t words[MACHINE_FRAMES][SLOTS];
    uint32_t tags[MACHINE_FRAMES], counts[MACHINE_FRAMES];
    uint64_t loaded[DOMAINS][VCPUS][MMU_LOADS];
    uint64_t roots[MACHINE_PROCESSORS];
};

// Before each call, so without the sanitizers' checks.
__attribute__((no_sanitize("address", "undefined"))) static void state_keep(struct state *state)
{
    for (unsigned frame = 0; frame < MACHINE_FRAMES; frame++) {
        for (unsigned i = 0; i < SLOTS; i++)
            state->words[frame][i] = machine.memory[frame * MACHINE_ENTRIES + world_slots[i]];
        state->tags[frame] = machine.frames[frame].tag;
        state->counts[frame] = machine.frames[frame].count;
    }
    for (unsigned i = 0; i < DOMAINS; i++)
        memcpy(state->loaded[i], world.domains[i].contexts, sizeof(state->loaded[i]));
    for (unsigned i = 0; i < MACHINE_PROCESSORS; i++)
        state->roots[i] = machine.processors[i].root;
}

static int entry_set(struct mmu *mmu, const struct mmu_step *step)
{
    if ((step->flags & STEP_FAST) != 0 &&
        entry_map(mmu, step_entry_address(step), step_value(step), FRAME_ADDRESS))
        return 0;
    return mmu_entry_set(mmu, step_entry_address(step), step_value(step));
}

// Every other time with what is there.
static int entry_exchange_do(struct mmu *mmu, const struct mmu_step *step)
{
    uint64_t address = step_entry_address(step), expected = step->argument;

    if (step->argument % 2 == 0 && address % 8 == 0 && address < MACHINE_FRAMES * PAGE_SIZE)
        expected = machine.memory[address / 8];
    return mmu_entry_exchange(mmu, address, expected, step_value(step));
}

// Both roots at once: the kernel's as it is, or the same as the user's. In the hypervisor a virtual CPU that
// runs has both; here some begin with none for user mode.
static int roots_do(struct domain *domain, struct mmu_context *running, const struct mmu_step *step)
{
    uint64_t user = step_frame(step) << PAGE_SHIFT;
    uint64_t kernel = step->argument % 2 == 0 ? mfn_address(running->loaded[PV_LOAD_KERNEL_ROOT]) : user;

    return roots_load(&domain->mmu, running, kernel, user) ? 0 : -PV_E_TYPE;
}

static int load_do(struct domain *domain, const struct mmu_step *step)
{
    struct mmu_context *running = world_running(domain, machine.self);
    unsigned vcpu = step_vcpu(step);

    if (running == NULL)
        return domain->running[vcpu]
                   ? 0
                   : mmu_hold(&domain->mmu, &domain->contexts[vcpu], step->kind % 5, mfn(step_frame(step)));
    if ((step->flags & STEP_FAST) != 0 && step->kind % 5 == PV_LOAD_USER_ROOT &&
        running->loaded[PV_LOAD_USER_ROOT].number != 0)
        return roots_do(domain, running, step);
    if ((step->flags & STEP_FAST) != 0 && root_load(&domain->mmu, running, step_frame(step) << PAGE_SHIFT))
        return 0;
    return mmu_load(&domain->mmu, running, step->kind % 5, mfn(step_frame(step)));
}

// By the root that a virtual CPU has loaded.
static int address_set(struct domain *domain, const struct mmu_step *step)
{
    mfn_t root = domain->contexts[step_vcpu(step)].loaded[PV_LOAD_KERNEL_ROOT];
    gva_t address = gva(step_virtual_address(step));

    if (root.number == 0)
        return 0;
    if ((step->flags & STEP_FAST) != 0 &&
        address_map(&domain->mmu, mfn_address(root), address, step_value(step)))
        return 0;
    return mmu_address_set(&domain->mmu, root, address, step_value(step));
}

static int call_make(struct domain *domain, const struct mmu_step *step)
{
    struct mmu *mmu = &domain->mmu;

    switch (step->verb % VERBS) {
    case VERB_SET:
        return entry_set(mmu, step);
    case VERB_SET_KEEP:
        return mmu_entry_set_keep(mmu, step_entry_address(step), step_value(step));
    case VERB_EXCHANGE:
        return entry_exchange_do(mmu, step);
    case VERB_RETYPE:
    case VERB_CLEAR:
        return frame_retype(mmu, mfn(step_frame(step)), step->kind % 8, step->verb % VERBS == VERB_CLEAR);
    case VERB_LOAD:
        return load_do(domain, step);
    case VERB_FLUSH:
        if ((step->flags & STEP_FAST) != 0 && world_running(domain, machine.self) != NULL)
            flush_self(mmu);
        else
            mmu_flush(mmu, machine_processors(mmu->processors, step->kind));
        return 0;
    case VERB_FLUSH_PAGE:
        return mmu_flush_page(machine_processors(mmu->processors, step->kind),
                              gva(step_virtual_address(step)));
    default:
        return address_set(domain, step);
    }
}

void call_step(const struct mmu_step *step)
{
    static struct state before, after;
    int error;

    state_keep(&before);
    interfered = false;
    world_enter(step_domain(step), step_processor(step));
    error = call_make(step_domain(step), step);
    world_leave();
    if (error != 0 && !interfered) {
        state_keep(&after);
        if (memcmp(&before, &after, sizeof(before)) != 0)
            world_wrong("a call that fails has changed something", step->frame, step->slot);
    }
}
