// SPDX-License-Identifier: MIT
/*
 * What is measured: blocks of operations on a working set, by one call each or by a batch.
 */
#ifndef PV_TOOLS_BENCH_HOST_OPERATION_H
#define PV_TOOLS_BENCH_HOST_OPERATION_H

#include "tools/bench-host/sample.h"
#include "tools/bench-host/working_set.h"

/* Does a block of operations; returns whether none was refused. */
typedef bool block_function(struct mmu *mmu, const struct pv_mmu_update *block);

/* One way of doing them. */
struct operation {
    const char *name;
    block_function *block;
    block_function *empty; /* the same with nothing in it: its time is subtracted */
};

extern const struct operation operations[];
extern const size_t operation_count;

/* What was measured of one operation on one working set. */
struct figures {
    const char *operation;
    const char *set;
    uint64_t bytes;  /* of the working set */
    double empty_ns; /* what was subtracted, for each entry */
    struct distribution distribution;
};

/*
 * Does an operation on a working set until there are enough samples.
 * ticks_per_ns  of the time-stamp counter
 */
struct figures operation_measure(const struct operation *operation, struct working_set *set,
                                 double ticks_per_ns);

#endif
