// SPDX-License-Identifier: MIT
// What is measured: for each mode a table of operations.
#ifndef PV_PVOPS_OPERATION_H
#define PV_PVOPS_OPERATION_H

#include <stdbool.h>
#include <stdint.h>

struct operation {
    const char *name;
    // Does it once, or `batch` times; returns the ticks that it took, with those of reading the counter.
    uint64_t (*sample)(void);
    unsigned batch;
    void (*prepare)(void); // what has to come before each sample, and is not measured; may be NULL
    bool (*done)(void);    // whether a sample did what it should, as far as one can see; may be NULL
};

// Nothing at all: what reading the counter costs.
extern const struct operation operation_nothing;

// By calls; and by the instructions of the bare machine, whether they trap or not. Each ends with one that
// has no name. Their pages are those of scratch.h.
extern const struct operation operations_hypercall[];
extern const struct operation operations_bare[];

// By calls, with another virtual CPU: on the same processor, and on another (operation_pair.c).
extern const struct operation operations_together[];
extern const struct operation operations_apart[];

#endif
