// SPDX-License-Identifier: MIT
// Takes the samples of measure.S and reduces them to figures. The empty sample is measured like any other and
// subtracted from each. Preemption makes single samples large, so the least is the figure and the median a
// check.
#include "pvops/measure.h"

#include "abi/vcpu.h"
#include "pvops/backend.h"
#include "pvops/samples.h"
#include "pvops/stubs.h"

enum { SAMPLES = 64, VECTOR_INVALID_OPCODE = 6 };

struct operation {
    const char *name;
    uint64_t (*sample)(void);
};

static const struct operation nothing = {"nothing", sample_nothing};

static const struct operation hypercall_operations[] = {
    {"null_hypercall", sample_null_hypercall},         {"copy16_hypercall", sample_copy16_hypercall},
    {"exception_bounce", sample_exception_bounce},     {"read_cr0", sample_read_cr0_shadow},
    {"events_toggle", sample_events_toggle_hypercall}, {NULL, NULL},
};

static const struct operation trap_operations[] = {
    {"exception_bounce", sample_exception_bounce},
    {"read_cr0", sample_read_cr0},
    {"events_toggle", sample_events_toggle_trap},
    {NULL, NULL},
};

struct pv_trap pv_sample_trap = {.vector = VECTOR_INVALID_OPCODE};

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

static struct pv_measurement measure(const struct operation *operation)
{
    uint64_t samples[SAMPLES];
    struct pv_vcpu_counts before, after;

    operation->sample(); // the first pays for what is touched for the first time
    pv_vcpu_counts((uintptr_t)&before);
    for (unsigned i = 0; i < SAMPLES; i++)
        samples[i] = operation->sample();
    pv_vcpu_counts((uintptr_t)&after);

    samples_sort(samples);
    return (struct pv_measurement){
        .operation = operation->name,
        .ticks = samples[0],
        .median = samples[SAMPLES / 2],
        .samples = SAMPLES,
        .calls = after.calls - before.calls,
        .traps = after.traps - before.traps,
        .emulated = after.emulated - before.emulated,
        .root_loads = after.root_loads - before.root_loads,
    };
}

// a - b, but never below 0: on a processor the empty sample may happen to be the longer one.
static uint64_t difference(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}

// The count for one operation out of the counts of all samples and of as many empty ones.
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

void pv_measure(void (*report)(const struct pv_measurement *measurement))
{
    bool trap = pv_ops == &pvops_trap;
    const struct operation *operation = trap ? trap_operations : hypercall_operations;
    const char *bounce = trap ? bounce_trap : bounce_hypercall;
    struct pv_measurement empty = measure(&nothing);

    pv_sample_trap.handler = (uintptr_t)bounce;
    pv_ops->cpu.trap_set(VECTOR_INVALID_OPCODE, bounce, 0);
    for (; operation->name; operation++) {
        struct pv_measurement measurement = measure_net(operation, &empty);

        report(&measurement);
    }
    pv_exception_take(VECTOR_INVALID_OPCODE);
}
