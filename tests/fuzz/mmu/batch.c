// SPDX-License-Identifier: MIT
// Batches, in guest memory that may change whenever it was read.
#include "tests/fuzz/mmu/call.h"
#include "tests/fuzz/mmu/judge.h"
#include "tests/fuzz/mmu/meaning.h"
#include "tests/fuzz/mmu/world.h"

#define BATCH_MOST 40
#define BATCH_AT   0x10000

static struct pv_mmu_update batch[BATCH_MOST];
static unsigned batch_count, batch_fetched;

// Guest memory that changes when it is looked at: each operation can be read once, in order, under the same
// root.
static bool batch_fetch(uint64_t address, uint64_t *first, uint64_t *second)
{
    if (address != BATCH_AT + batch_fetched * sizeof(batch[0]))
        world_wrong("an operation is read twice, or out of order", batch_fetched, 0);
    if (root_loaded)
        world_wrong("an operation is read after the root has changed", batch_fetched, 0);
    if (batch_fetched == batch_count)
        return false;
    *first = batch[batch_fetched].target;
    *second = batch[batch_fetched].value;
    batch_fetched++;
    return true;
}

static struct pv_mmu_update operation_of(const struct mmu_step *step)
{
    unsigned operation = step->verb % (PV_MMU_OPERATION + 1);
    uint64_t frame = step_frame(step) << PAGE_SHIFT | operation;

    switch (operation) {
    case PV_MMU_SET:
    case PV_MMU_SET_KEEP:
        return (struct pv_mmu_update){step_entry_address(step) | operation, step_value(step)};
    case PV_MMU_RETYPE:
    case PV_MMU_CLEAR:
        return (struct pv_mmu_update){frame, (step->kind % 8) ^ step_raw(step, false)};
    case PV_MMU_LOAD:
        return (struct pv_mmu_update){frame, (step->kind % 5) ^ step_raw(step, false)};
    case PV_MMU_FLUSH:
        return (struct pv_mmu_update){step_raw(step, true) | operation, step->kind};
    default:
        return (struct pv_mmu_update){(step_virtual_address(step) & ~(PAGE_SIZE - 1)) | operation,
                                      step->kind};
    }
}

void batch_step(const struct mmu_step *step, const struct mmu_step *(*next)(void))
{
    struct domain *domain = step_domain(step);
    struct mmu_context *running = world_running(domain, step_processor(step));
    const struct mmu_step *following;
    struct mmu_progress progress;

    batch_count = 0;
    batch_fetched = 0;
    root_loaded = false;
    while (batch_count < step->argument % BATCH_MOST && (following = next()) != NULL)
        batch[batch_count++] = operation_of(following);
    if (running == NULL)
        return;
    machine.fetch = batch_fetch;
    world_enter(domain, step_processor(step));
    mmu_batch(&domain->mmu, running, gva(BATCH_AT), batch_count + step->kind % 2, &progress);
    world_leave();
    if (progress.done > batch_count || progress.work > PV_MMU_WORK)
        world_wrong("a batch says that it did more than it was asked for", progress.done, 0);
}
