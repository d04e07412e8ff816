// SPDX-License-Identifier: MIT
// What the primitive operations cost in this mode, from the first instruction of one to the first after it.
//
// Under an emulator that counts instructions as ticks the numbers are exact; on a processor they are cycles.
#ifndef PV_PVOPS_MEASURE_H
#define PV_PVOPS_MEASURE_H

#include <stdbool.h>
#include <stdint.h>

struct pv_measurement {
    const char *operation;
    bool failed;         // some sample did not do what it should: the figures mean nothing
    unsigned samples;    // how many
    unsigned batch;      // how often each did the operation; the rest is for one sample, so for all of these
    uint64_t ticks;      // of the time-stamp counter: the least of all samples
    uint64_t median;     // of the samples
    uint64_t calls;      // hypercalls; this and the following are rounded to the nearest
    uint64_t traps;      // exceptions that entered the hypervisor
    uint64_t emulated;   // those of them whose instruction was emulated
    uint64_t root_loads; // page-table roots loaded
};

typedef void pv_measure_report(const struct pv_measurement *measurement);

// Measures each operation that this mode has and reports it. Events must be enabled, and are afterwards. The
// handler of the invalid-opcode exception is replaced meanwhile, and another root is loaded at times. Returns
// whether all of that is as it was before: if not, the kernel's tables are in disorder.
bool pv_measure(pv_measure_report *report);

// Makes so many ports, by hypercall, beside those that are measured; before anything is. Returns whether that
// was possible.
bool pv_measure_ports(unsigned count);

// Measures, by hypercall, what takes two virtual CPUs: on the same processor the second one of this domain
// and the first one of another; or, `apart`, on two processors the first one of another alone. The other
// domain executes pv_measure_answer, and shares a region and its channel with this one. Returns likewise.
bool pv_measure_pair(bool apart, pv_measure_report *report);

// Answers the other domain, for ever.
__attribute__((noreturn)) void pv_measure_answer(void);

#endif
