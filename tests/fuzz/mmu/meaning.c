// SPDX-License-Identifier: MIT
// Steps decoded: every byte means something.
#include "tests/fuzz/mmu/meaning.h"

#include "mm/entry.h"

// Raw bits leave alone which slot of a table an address leads to: guests use those of world_slots only.
#define SLOT_BITS         0xff8ull    // of a machine address
#define VIRTUAL_SLOT_BITS 0x1ff000ull // of a virtual address, in its level-1 table

struct domain *step_domain(const struct mmu_step *step)
{
    return &world.domains[(step->who >> 1 & 7) % DOMAINS];
}

unsigned step_processor(const struct mmu_step *step)
{
    return step->who % MACHINE_PROCESSORS;
}

unsigned step_vcpu(const struct mmu_step *step)
{
    return (step->who >> 4) % VCPUS;
}

uint64_t step_raw(const struct mmu_step *step, bool address)
{
    return ((step->flags & STEP_RAW_ADDRESS) != 0) == address ? step->raw : 0;
}

uint64_t step_frame(const struct mmu_step *step)
{
    return (step->frame % MACHINE_FRAMES) ^ step_raw(step, true);
}

uint64_t step_entry_address(const struct mmu_step *step)
{
    uint64_t offset = world_slots[step->slot % SLOTS] * sizeof(uint64_t);

    return (((uint64_t)(step->frame % MACHINE_FRAMES) << PAGE_SHIFT) + offset) ^
           (step_raw(step, true) & ~SLOT_BITS);
}

uint64_t step_value(const struct mmu_step *step)
{
    static const uint64_t kinds[] = {
        0,
        PTE_PRESENT | PTE_USER | PTE_WRITE,
        PTE_PRESENT | PTE_USER,
        PTE_PRESENT | PTE_USER | PTE_WRITE | PTE_NX | PTE_ACCESSED | PTE_DIRTY,
        PTE_USER | PTE_WRITE,
        PTE_PRESENT | PTE_USER | PTE_WRITE | PTE_LARGE,
        PTE_PRESENT | PTE_WRITE,
        0xaff30000000000, // a data segment of ring 3
    };
    uint64_t frame = step->target % MACHINE_FRAMES;

    return (frame << PAGE_SHIFT | kinds[step->kind % 8]) ^ step_raw(step, false);
}

// The slots of all levels, by halves of `argument` but for the last; and sign-extended.
uint64_t step_virtual_address(const struct mmu_step *step)
{
    uint64_t high = world_slots[step->argument % SLOTS], middle = world_slots[step->argument >> 4];
    uint64_t address =
        high << 39 | middle << 30 | middle << 21 | (uint64_t)world_slots[step->slot % SLOTS] << PAGE_SHIFT;

    return (uint64_t)((int64_t)(address << 16) >> 16) ^ (step_raw(step, true) & ~VIRTUAL_SLOT_BITS);
}
