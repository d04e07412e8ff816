// SPDX-License-Identifier: MIT
// Takes the samples of each operation and reduces them to figures. The empty sample is measured like any
// other and subtracted from each. Preemption makes single samples large, so the least is the figure and the
// median a check.
#include "pvops/measure.h"

#include "abi/vcpu.h"
#include "pvops/backend.h"
#include "pvops/operation.h"
#include "pvops/samples.h"
#include "pvops/scratch.h"
#include "pvops/stubs.h"

enum { SAMPLES = 64, VECTOR_INVALID_OPCODE = 6 };

static void samples_sort(uint64_t *samples)
{
    for (unsigned i = 1; i < SAMPLES; i++) {
        uint64_t sample = samples[i];
        unsigned j = i;

        for (; j > 0 && samples[j - 1] > sample; j--)
            samples[j] = samples[j - 1];
        samples[j] = sample;
    }
}

// On the bare machine there is nobody who counts.
static struct pv_vcpu_counts counts_read(void)
{
    struct pv_vcpu_counts counts = {0};

    if (pv_backend != &pvops_native)
        pv_vcpu_counts((uintptr_t)&counts);
    return counts;
}

// Takes one sample, and adds what is counted from just before it to just after it.
static uint64_t sample_take(const struct operation *operation, struct pv_measurement *sum)
{
    struct pv_vcpu_counts before, after;
    uint64_t ticks;

    if (operation->prepare)
        operation->prepare();
    before = counts_read();
    ticks = operation->sample();
    after = counts_read();
    sum->calls += after.calls - before.calls;
    sum->traps += after.traps - before.traps;
    sum->emulated += after.emulated - before.emulated;
    sum->root_loads += after.root_loads - before.root_loads;
    if (operation->done && !operation->done())
        sum->failed = true;
    return ticks;
}

static struct pv_measurement measure(const struct operation *operation)
{
    struct pv_measurement unused = {0};
    struct pv_measurement m = {.operation = operation->name, .batch = operation->batch, .samples = SAMPLES};
    uint64_t samples[SAMPLES];

    sample_take(operation, &unused); // the first pays for what is touched for the first time
    for (unsigned i = 0; i < SAMPLES; i++)
        samples[i] = sample_take(operation, &m);
    samples_sort(samples);
    m.ticks = samples[0];
    m.median = samples[SAMPLES / 2];
    m.failed = m.failed || !scratch_intact();
    return m;
}

// a - b, but never below 0: on a processor the empty sample may happen to be the longer one.
static uint64_t difference(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}

// The count for one sample out of the counts of all samples and of as many empty ones.
static uint64_t count_each(uint64_t all, uint64_t empty)
{
    return (difference(all, empty) + SAMPLES / 2) / SAMPLES;
}

static struct pv_measurement measure_net(const struct operation *operation,
                                         const struct pv_measurement *empty)
{
    struct pv_measurement m = measure(operation);

    m.ticks = difference(m.ticks, empty->ticks);
    m.median = difference(m.median, empty->median);
    m.calls = count_each(m.calls, empty->calls);
    m.traps = count_each(m.traps, empty->traps);
    m.emulated = count_each(m.emulated, empty->emulated);
    m.root_loads = count_each(m.root_loads, empty->root_loads);
    return m;
}

static bool measure_all(const struct operation *operations, pv_measure_report *report)
{
    scratch_open();
    struct pv_measurement empty = measure(&operation_nothing);

    for (const struct operation *operation = operations; operation->name; operation++) {
        struct pv_measurement measurement = measure_net(operation, &empty);

        report(&measurement);
    }
    scratch_close();
    return scratch_intact();
}

bool pv_measure(pv_measure_report *report)
{
    bool calls = pv_backend == &pvops_hypercall;
    bool intact;

    pvop_cpu_trap_set(VECTOR_INVALID_OPCODE, calls ? bounce_hypercall : bounce_bare, 0);
    intact = measure_all(calls ? operations_hypercall : operations_bare, report);
    pv_exception_take(VECTOR_INVALID_OPCODE);
    return intact;
}

bool pv_measure_pair(bool apart, pv_measure_report *report)
{
    return measure_all(apart ? operations_apart : operations_together, report);
}
