// SPDX-License-Identifier: MIT
// The hypervisor around hv/mm, as far as hv/mm depends on it: who owns what, and who runs where.
#include "tests/fuzz/mmu/world.h"

#include "mm/entry.h"
#include "oracle.h"

#include <stdio.h>
#include <string.h>

#define FIRST_FRAME (WORLD_TABLES - 2) // those below are nobody's
#define END_FRAME   60                 // and those above
#define FRAMES_EACH ((END_FRAME - FIRST_FRAME) / DOMAINS)

struct world world;

const uint16_t world_slots[SLOTS] = {0, 511, 1, 2, 3, 127, 128, 254, 255, 256, 264, 271, 272, 273, 300, 510};

_Noreturn void world_wrong(const char *what, uint64_t frame, unsigned slot)
{
    char text[160];

    snprintf(text, sizeof(text), "%s (frame %lu, slot %u)", what, (unsigned long)frame, slot);
    machine_broken(text);
}

static void frames_give(struct domain *domain, enum frame_type type, unsigned count)
{
    uint16_t owner = (uint16_t)(OWNER_DOMAIN + (domain - world.domains));
    mfn_t frame;

    for (unsigned i = 0; i < count; i++) {
        if (!frame_take(&domain->frames, owner, type, &frame))
            world_wrong("a frame is lost", 0, 0);
        memset(machine_entry(mfn_address(frame)), 0, PAGE_SIZE);
    }
}

// A shared page, one that may be read, and data.
static void domain_open(struct domain *domain, unsigned frames)
{
    memset(domain, 0, sizeof(*domain));
    frame_list_open(&domain->frames);
    mmu_open(&domain->mmu, (uint16_t)(OWNER_DOMAIN + (domain - world.domains)));
    frames_give(domain, FRAME_SHARED, frames > 2);
    frames_give(domain, FRAME_FIXED, frames > 2);
    frames_give(domain, FRAME_DATA, frames > 2 ? frames - 2 : frames);
}

static void must(int error)
{
    if (error != 0)
        world_wrong("what is allowed is refused", 0, 0);
}

// The machine address of the first entry of a frame.
static uint64_t first_entry(uint64_t frame)
{
    return frame << PAGE_SHIFT;
}

// Tables of levels 1 to 4 in frames that follow one another, linked by their first entries; data is mapped.
static void tables_build(struct domain *domain, uint64_t first)
{
    struct mmu *mmu = &domain->mmu;
    const uint64_t flags = PTE_PRESENT | PTE_USER | PTE_WRITE;

    mmu_lock(mmu);
    for (uint64_t level = 1; level <= 4; level++) {
        uint64_t below = level == 1 ? first + 4 : first + level - 2;

        must(frame_retype(mmu, mfn(first + level - 1), (enum frame_type)level, true));
        must(mmu_entry_set(mmu, first_entry(first + level - 1), first_entry(below) | flags));
    }
    for (unsigned vcpu = 0; vcpu < VCPUS; vcpu++)
        must(mmu_hold(mmu, &domain->contexts[vcpu], PV_LOAD_KERNEL_ROOT, mfn(first + 3)));
    mmu_unlock(mmu);
}

static uint64_t processors_of(uint64_t active, uint64_t vcpus)
{
    uint64_t processors = 0;

    for (unsigned vcpu = 0; vcpu < VCPUS; vcpu++) {
        if ((vcpus >> vcpu & 1) != 0 && world.calling->running[vcpu])
            processors |= 1ull << world.calling->processor[vcpu];
    }
    return processors & active;
}

void world_open(void)
{
    machine_open();
    machine.slots = world_slots;
    machine.slot_count = SLOTS;
    machine.processors_of = processors_of;
    frame_range_add(mfn(FIRST_FRAME), mfn(END_FRAME));
    for (unsigned i = 0; i < DOMAINS; i++)
        domain_open(&world.domains[i], i < DOMAINS - 1 ? FRAMES_EACH : (unsigned)frame_free_count());
    tables_build(&world.domains[0], WORLD_TABLES);
    tables_build(&world.domains[1], WORLD_TABLES + FRAMES_EACH);
    for (unsigned vcpu = 0; vcpu < VCPUS; vcpu++)
        world_run(&world.domains[0], vcpu, vcpu);
}

void world_check(void)
{
    struct oracle_domain domains[DOMAINS];
    struct oracle_finding finding;

    for (unsigned i = 0; i < DOMAINS; i++)
        domains[i] = (struct oracle_domain){&world.domains[i].mmu, world.domains[i].contexts, VCPUS};
    machine_fill();
    if (!oracle_rest(domains, DOMAINS, &finding))
        world_wrong(finding.what, finding.frame, finding.slot);
}

struct mmu_context *world_running(struct domain *domain, unsigned processor)
{
    for (unsigned vcpu = 0; vcpu < VCPUS; vcpu++) {
        if (domain->running[vcpu] && domain->processor[vcpu] == processor)
            return &domain->contexts[vcpu];
    }
    return NULL;
}

// A processor that is in the hypervisor, for a call, is not in user mode.
void world_enter(struct domain *domain, unsigned processor)
{
    world.calling = domain;
    machine.self = processor;
    machine.processors[processor].user_root = MACHINE_NO_ROOT;
    mmu_lock(&domain->mmu);
}

// Then it uses either root again.
static void user_root_set(unsigned processor)
{
    for (unsigned i = 0; i < DOMAINS; i++) {
        const struct mmu_context *context = world_running(&world.domains[i], processor);

        if (context != NULL && context->loaded[PV_LOAD_USER_ROOT].number != 0)
            machine.processors[processor].user_root = context->loaded[PV_LOAD_USER_ROOT].number;
    }
}

void world_leave(void)
{
    mmu_unlock(&world.calling->mmu);
    user_root_set(machine.self);
}

void world_stop(unsigned processor)
{
    machine.processors[processor].root = MACHINE_NO_ROOT;
    machine.processors[processor].user_root = MACHINE_NO_ROOT;
    machine_forget(processor);
    for (unsigned i = 0; i < DOMAINS; i++) {
        mmu_processors_change(&world.domains[i].mmu, 0, 1ull << processor);
        for (unsigned vcpu = 0; vcpu < VCPUS; vcpu++) {
            if (world.domains[i].processor[vcpu] == processor)
                world.domains[i].running[vcpu] = false;
        }
    }
}

void world_run(struct domain *domain, unsigned vcpu, unsigned processor)
{
    uint64_t root = domain->contexts[vcpu].loaded[PV_LOAD_KERNEL_ROOT].number;

    if (domain->running[vcpu] || root == 0)
        return;
    world_stop(processor);
    mmu_processors_change(&domain->mmu, 1ull << processor, 0);
    domain->running[vcpu] = true;
    domain->processor[vcpu] = processor;
    machine.processors[processor].root = root;
    user_root_set(processor);
}

void world_end(struct domain *domain, unsigned keep)
{
    struct domain *next = &world.domains[(domain - world.domains + 1) % DOMAINS];
    unsigned count = (unsigned)domain->frames.count;

    for (unsigned processor = 0; processor < MACHINE_PROCESSORS; processor++) {
        if (world_running(domain, processor) != NULL)
            world_stop(processor);
    }
    while (frame_list_release(&domain->frames, 5) != 0) {
    }
    domain_open(domain, keep < count ? keep : count);
    frames_give(next, FRAME_DATA, (unsigned)frame_free_count());
}
