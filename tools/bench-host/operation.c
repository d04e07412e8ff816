// SPDX-License-Identifier: MIT
/*
 * Timing. A sample is a block of BLOCK operations between two readings of the time-stamp counter; a round of
 * a working set that is not in the cache has enough of them, a small one is done again and again.
 */
#include "tools/bench-host/operation.h"

#include "tools/bench-host/fail.h"
#include "tools/bench-host/processor.h"

#include <stdlib.h>

#define SAMPLES_LEAST 65536

static bool block_set(struct mmu *mmu, const struct pv_mmu_update *block)
{
    int errors = 0;

    for (unsigned i = 0; i < BLOCK; i++)
        errors |= mmu_entry_set(mmu, block[i].target, block[i].value);
    return errors == 0;
}

/* As mmu_entry_set is called, and as it returns. */
__attribute__((noinline)) static int nothing_set(struct mmu *mmu, uint64_t address, uint64_t value)
{
    __asm__ volatile("" : : "r"(mmu), "r"(address), "r"(value) : "memory");
    return 0;
}

static bool block_set_empty(struct mmu *mmu, const struct pv_mmu_update *block)
{
    int errors = 0;

    for (unsigned i = 0; i < BLOCK; i++)
        errors |= nothing_set(mmu, block[i].target, block[i].value);
    return errors == 0;
}

static bool batch_do(struct mmu *mmu, const struct pv_mmu_update *block, uint64_t count)
{
    struct mmu_context context = {.loaded = {{0}}};
    struct mmu_progress progress;

    return mmu_batch(mmu, &context, gva((uint64_t)block), count, &progress) == 0 && progress.done == count;
}

static bool block_batch(struct mmu *mmu, const struct pv_mmu_update *block)
{
    return batch_do(mmu, block, BLOCK);
}

static bool block_batch_empty(struct mmu *mmu, const struct pv_mmu_update *block)
{
    return batch_do(mmu, block, 0);
}

const struct operation operations[] = {
    {"entry_set", block_set, block_set_empty},
    {"entry_batch", block_batch, block_batch_empty},
};
const size_t operation_count = sizeof(operations) / sizeof(operations[0]);

/*
 * Times rounds until there are as many samples as were asked for. The first round is the one that
 * working_set_open did not do.
 */
static void rounds_time(struct working_set *set, block_function *block, uint64_t *ticks, size_t samples)
{
    const size_t blocks = working_set_operations(set) / BLOCK;
    bool done = true;

    for (size_t i = 0; i < samples; i++) {
        const struct pv_mmu_update *round = set->rounds[(i / blocks + 1) % 2];
        uint64_t start = ticks_read();

        done &= block(&set->mmu, &round[i % blocks * BLOCK]);
        ticks[i] = ticks_read() - start;
    }
    if (!done)
        fail("%s: an operation was refused", set->name);
}

struct figures operation_measure(const struct operation *operation, struct working_set *set,
                                 double ticks_per_ns)
{
    const size_t blocks = working_set_operations(set) / BLOCK;
    const size_t count = blocks > SAMPLES_LEAST ? blocks : SAMPLES_LEAST;
    struct figures figures = {operation->name, set->name, working_set_bytes(set), 0, {0}};
    uint64_t *ticks = calloc(count, sizeof(*ticks));
    double *samples = calloc(count, sizeof(*samples));

    if (ticks == NULL || samples == NULL)
        fail("no memory for %zu samples", count);
    working_set_open(set);
    rounds_time(set, operation->empty, ticks, count);
    uint64_t empty = median_of(ticks, count);
    rounds_time(set, operation->block, ticks, count);
    working_set_close(set, count / blocks);
    for (size_t i = 0; i < count; i++)
        samples[i] = ((double)ticks[i] - (double)empty) / ticks_per_ns / BLOCK;
    figures.empty_ns = (double)empty / ticks_per_ns / BLOCK;
    figures.distribution = distribution_of(samples, count);
    free(ticks);
    free(samples);
    return figures;
}
