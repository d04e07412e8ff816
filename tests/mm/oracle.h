// SPDX-License-Identifier: MIT
/*
 * The oracle: whether the theorem of hv/mm/mmu.c holds in the modelled machine. It knows the rules of
 * abi/mmu.h and shares no code with hv/mm, but for the layout of its structures: what it says is worked out
 * anew from the tables.
 *
 * Where machine.slots is set, tables are looked at in those slots alone (and the hypervisor's).
 */
#ifndef PV_TESTS_ORACLE_H
#define PV_TESTS_ORACLE_H

#include <stdbool.h>
#include <stdint.h>

#include "mm/mmu.h"

/* A domain as the oracle is told of it. */
struct oracle_domain {
    const struct mmu *mmu;
    const struct mmu_context *contexts; /* of its virtual CPUs, running or not */
    unsigned context_count;
};

/* What is wrong, and where. */
struct oracle_finding {
    const char *what;
    uint64_t frame;
    unsigned slot; /* of a table, where it is about an entry */
};

/**
 * What holds at every point, also in the middle of a call: processors have loaded level-4 tables, and
 * remember as tables only what are tables of that level, and nothing that is another domain's. Returns false
 * and what is wrong if it does not hold.
 */
bool oracle_always(struct oracle_finding *finding);

/**
 * What holds, in addition, whenever the hypervisor relies on the contents of a frame, at the latest when a
 * call returns: no processor can write it, unless it is data.
 */
bool oracle_stable(uint64_t frame, struct oracle_finding *finding);

/** What holds between calls: all of it; every entry legal; every count what is counted anew. */
bool oracle_rest(const struct oracle_domain *domains, unsigned count, struct oracle_finding *finding);

#endif
