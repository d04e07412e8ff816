// SPDX-License-Identifier: MIT
/*
 * Working sets. Entries and frames are taken in an order without a pattern that the processor's prefetchers
 * could follow, and which is the same in every run.
 */
#include "tools/bench-host/working_set.h"

#include "mm/entry.h"
#include "tools/bench-host/fail.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define ENTRY_BITS  9 /* of a table's 512 */
#define FIRST_TABLE 1 /* the machine frame; the data follows the tables */

static uint64_t first_data(const struct working_set *set)
{
    return FIRST_TABLE + (1ull << set->table_bits);
}

static uint64_t frames_end(const struct working_set *set)
{
    return first_data(set) + (1ull << set->data_bits);
}

size_t working_set_operations(const struct working_set *set)
{
    return (size_t)1 << set->operation_bits;
}

uint64_t working_set_bytes(const struct working_set *set)
{
    return (PAGE_SIZE << set->table_bits) + frames_end(set) * sizeof(struct frame) +
           2 * working_set_operations(set) * sizeof(struct pv_mmu_update);
}

/* Large pages, where the system has them: so maps the hypervisor its memory. */
static void range_map(uint64_t address, uint64_t size)
{
    const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE;
    void *wanted = (void *)address;

    if (mmap(wanted, size, PROT_READ | PROT_WRITE, flags, -1, 0) != wanted)
        fail("%lu MiB of memory: %s", (unsigned long)(size >> 20), strerror(errno));
    madvise(wanted, size, MADV_HUGEPAGE);
}

void machine_map(const struct working_set *largest)
{
    range_map(MACHINE_MEMORY, first_data(largest) * PAGE_SIZE);
    range_map(MACHINE_FRAME_TABLE, frames_end(largest) * sizeof(struct frame));
}

/* A number below 2 to the power of bits for each other one: each once, in no order. */
static uint64_t scatter(uint64_t number, unsigned bits)
{
    const uint64_t mask = (1ull << bits) - 1;

    for (unsigned i = 0; i < 3; i++) {
        number = (number * 0x9e3779b97f4a7c15 + i) & mask;
        number ^= number >> (bits / 2 + 1);
    }
    return number;
}

/* Both rounds change the same entry; the frames of one have even numbers, and those of the other odd ones. */
static void operation_make(struct working_set *set, uint64_t index)
{
    uint64_t entry = scatter(index, set->table_bits + ENTRY_BITS);
    uint64_t target = FIRST_TABLE * PAGE_SIZE + entry * sizeof(entry);

    for (unsigned round = 0; round < 2; round++) {
        uint64_t data = 2 * scatter(index ^ round, set->data_bits - 1) + round;

        set->rounds[round][index] = (struct pv_mmu_update){.target = target,
                                                           .value = (first_data(set) + data) << PAGE_SHIFT |
                                                                    ENTRY_REQUIRED | PTE_WRITE | PTE_NX};
    }
}

static void frames_take(const struct working_set *set, struct frame_list *list)
{
    mfn_t frame;

    frame_table_open(2ull << set->data_bits);
    frame_list_open(list);
    if (!frame_range_add(mfn(FIRST_TABLE), mfn(frames_end(set))))
        fail("the frames are refused");
    while (frame_take(list, OWNER_DOMAIN, FRAME_DATA, &frame)) {
    }
}

static struct frame_list owned;

void working_set_open(struct working_set *set)
{
    const size_t count = working_set_operations(set);

    frames_take(set, &owned);
    mmu_open(&set->mmu, OWNER_DOMAIN);
    for (uint64_t table = FIRST_TABLE; table < first_data(set); table++) {
        if (frame_retype(&set->mmu, mfn(table), FRAME_LEVEL1, true) != 0)
            fail("table %lu is refused", (unsigned long)table);
    }
    for (unsigned round = 0; round < 2; round++) {
        set->rounds[round] = calloc(count, sizeof(*set->rounds[round]));
        if (set->rounds[round] == NULL)
            fail("%s", strerror(errno));
    }
    for (uint64_t i = 0; i < count; i++)
        operation_make(set, i);
    for (uint64_t i = 0; i < count; i++) {
        if (mmu_entry_set(&set->mmu, set->rounds[0][i].target, set->rounds[0][i].value) != 0)
            fail("operation %lu is refused", (unsigned long)i);
    }
}

void working_set_close(struct working_set *set, uint64_t rounds_done)
{
    const struct pv_mmu_update *last = set->rounds[rounds_done % 2];
    uint64_t mapped = 0;

    for (uint64_t i = 0; i < working_set_operations(set); i++) {
        const uint64_t *entry = machine_entry(last[i].target);

        if (*entry != last[i].value)
            fail("%s: entry %lu is not as it was set", set->name, (unsigned long)i);
    }
    for (uint64_t number = first_data(set); number < frames_end(set); number++)
        mapped += frame_at(mfn(number))->count;
    if (mapped != working_set_operations(set))
        fail("%s: the counts say %lu mappings", set->name, (unsigned long)mapped);
    frame_list_release(&owned, UINT64_MAX);
    for (unsigned round = 0; round < 2; round++)
        free(set->rounds[round]);
}
