// SPDX-License-Identifier: MIT
/*
 * A domain with level-1 tables and data, and the changes of its entries that are measured.
 */
#ifndef PV_TOOLS_BENCH_HOST_WORKING_SET_H
#define PV_TOOLS_BENCH_HOST_WORKING_SET_H

#include "mm/mmu.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Operations that one sample takes: a batch, too. */
#define BLOCK 64

/*
 * Two rounds of operations over the same entries in the same order, to be done in turns: each makes an entry
 * map another data frame, writable, than it maps after the other round. No entry and no frame comes twice in
 * a round.
 */
struct working_set {
    const char *name;
    unsigned table_bits; /* 2 to the power of these: tables, data frames, operations of a round */
    unsigned data_bits;
    unsigned operation_bits;
    struct mmu mmu;
    struct pv_mmu_update *rounds[2];
};

/* Maps the memory that all working sets use, by their largest; fails if there is not enough. */
void machine_map(const struct working_set *largest);

/* Gives the domain its frames, makes the tables, and does the first round. */
void working_set_open(struct working_set *set);

/*
 * Checks that the counts are those of one round, and that all that was asked for was done; then gives all
 * back.
 */
void working_set_close(struct working_set *set, uint64_t rounds_done);

/* How many operations a round has, and how many bytes of tables, frame table and operations they touch. */
size_t working_set_operations(const struct working_set *set);
uint64_t working_set_bytes(const struct working_set *set);

#endif
