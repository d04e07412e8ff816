// SPDX-License-Identifier: MIT
/*
 * Brings up processors: memory for one is taken by the one that starts it, and what has to be executed on it
 * is executed there. The universal start-up algorithm is that of the Intel SDM vol. 3, 9.4.4.1.
 */
#include "boot/processors.h"

#include "abi/vcpu.h"

#include "core/dispatch.h"
#include "core/log.h"
#include "core/scheduler.h"
#include "lib/string.h"
#include "mm/frame.h"
#include "x86/apic.h"
#include "x86/clock.h"
#include "x86/instruction.h"
#include "x86/paging.h"

#define SPECIAL_STACKS 4

/* Nanoseconds: after INIT; until a processor that was told to start has to be there. */
#define INIT_TIME  10000000ull
#define START_TIME 100000000ull

/* How often clocks are compared; the comparison with the shortest way counts. */
#define CLOCK_ROUNDS 16

/* From boot/start.S. */
extern const uint8_t boot_trampoline[], boot_trampoline_end[];

/* What boot/start.S loads on the processor that starts. */
struct boot_processor {
    uint64_t root, stack;
} boot_processor;

/* What is prepared for a processor before it can be its own. */
struct parts {
    struct processor *processor;
    uint64_t *descriptors;
    uint64_t stack, stacks[SPECIAL_STACKS];
    struct vcpu *idle;
};

enum progress { STARTING, LACKING, COMPARING, RUNNING };

/* The one that is being started. */
static struct {
    struct parts parts;
    const char *lacks;
    uint32_t progress; /* enum progress */
    uint64_t asked;    /* clocks are compared: a round of the one that starts it */
    uint64_t answered; /* the time there when it saw that */
} starting;

static bool parts_make(struct parts *parts, struct processor *processor)
{
    static struct frame_list own = {.first = FRAME_END};
    mfn_t frame;

    parts->processor = processor;
    parts->descriptors = paging_map_descriptors();
    parts->stack = paging_map_stack();
    for (unsigned i = 0; i < SPECIAL_STACKS; i++) {
        parts->stacks[i] = paging_map_stack();
        if (parts->stacks[i] == 0) {
            return false;
        }
    }
    if (parts->descriptors == NULL || parts->stack == 0 ||
        !frame_take(&own, OWNER_HYPERVISOR, FRAME_DATA, &frame)) {
        return false;
    }
    parts->idle = memset(direct_frame(frame), 0, PAGE_SIZE);
    return true;
}

/* On the processor itself. */
static void parts_use(const struct parts *parts)
{
    struct processor *processor = parts->processor;

    processor_open(processor, parts->descriptors, parts->stack, parts->stacks);
    vcpu_open_idle(parts->idle, processor);
    processor->idle = parts->idle;
    processor->current = parts->idle;
    msr_write(MSR_GS_BASE, (uint64_t)parts->idle);
}

bool processor_begin(struct processor *processor)
{
    struct parts parts;

    if (!parts_make(&parts, processor)) {
        return false;
    }
    parts_use(&parts);
    return true;
}

static uint32_t progress_seen(void)
{
    return __atomic_load_n(&starting.progress, __ATOMIC_ACQUIRE);
}

static void progress_set(enum progress progress)
{
    __atomic_store_n(&starting.progress, progress, __ATOMIC_RELEASE);
}

/* On the one that starts: says what time it is as soon as it is asked. */
static void clock_answer(void)
{
    for (uint64_t round = 1; round <= CLOCK_ROUNDS; round++) {
        while (__atomic_load_n(&starting.asked, __ATOMIC_ACQUIRE) != round) {
            processor_relax();
        }
        __atomic_store_n(&starting.answered, clock_now(), __ATOMIC_RELEASE);
    }
}

/* What is known of how far apart two clocks are, in nanoseconds. */
struct clock_difference {
    uint64_t least; /* an answer came from before its question, or from after it was read, by so much */
    uint64_t most;  /* half the shortest way, and what is beyond it */
};

static struct clock_difference clock_compare(void)
{
    struct clock_difference difference = {.most = UINT64_MAX};

    for (uint64_t round = 1; round <= CLOCK_ROUNDS; round++) {
        uint64_t before = clock_now(), after, there, off;

        __atomic_store_n(&starting.answered, 0, __ATOMIC_RELAXED);
        __atomic_store_n(&starting.asked, round, __ATOMIC_RELEASE);
        while ((there = __atomic_load_n(&starting.answered, __ATOMIC_ACQUIRE)) == 0) {
            processor_relax();
        }
        after = clock_now();
        off = there < before ? before - there : there > after ? there - after : 0;
        difference.least = off > difference.least ? off : difference.least;
        off += (after - before) / 2;
        difference.most = off < difference.most ? off : difference.most;
    }
    __atomic_store_n(&starting.asked, 0, __ATOMIC_RELAXED);
    return difference;
}

static void clock_check(uint32_t id)
{
    struct clock_difference difference = clock_compare();

    log_debug("processor %u: its clock is within %lu ns", id, difference.most);
    if (difference.least > PV_CLOCK_SKEW) {
        log_error("processor %u: its clock is %lu ns off; times that guests read may go backwards", id,
                  difference.least);
    }
}

/* The first C function of a further processor, on its own stack and the hypervisor's tables. */
__attribute__((noreturn)) void boot_processor_main(void);

void boot_processor_main(void)
{
    starting.lacks = processor_features_join();
    if (starting.lacks != NULL) {
        progress_set(LACKING);
        processor_halt();
    }
    parts_use(&starting.parts);
    apic_join();
    progress_set(COMPARING);
    clock_answer();
    progress_set(RUNNING);
    dispatch();
}

static bool progress_await(enum progress least, uint64_t nanoseconds)
{
    uint64_t end = clock_now() + nanoseconds;

    while (progress_seen() < least && clock_now() < end) {
        processor_relax();
    }
    return progress_seen() >= least;
}

/* Twice, since the first may be lost; the second does nothing to one that has started. */
static bool startup_send(uint32_t id, uint64_t page)
{
    for (unsigned i = 0; i < 2; i++) {
        apic_send(id, APIC_STARTUP | (uint32_t)(page >> PAGE_SHIFT));
        if (progress_await(LACKING, START_TIME)) {
            return true;
        }
    }
    return false;
}

static bool start(uint32_t id, uint64_t page)
{
    struct processor *processor = &processors[processor_count];

    processor->number = processor_count;
    processor->apic_id = id;
    if (!parts_make(&starting.parts, processor)) {
        log_error("processor %u: no memory for its stacks", id);
        return false;
    }
    scheduler_open(processor);
    boot_processor = (struct boot_processor){paging_root(), starting.parts.stack};
    progress_set(STARTING);
    if (!startup_send(id, page)) {
        log_error("processor %u: it does not start", id);
        return false;
    }
    if (progress_seen() == LACKING) {
        log_error("processor %u: not used, it has no %s", id, starting.lacks);
        return false;
    }
    clock_check(id);
    processor_count++;
    return true;
}

void processors_start(const struct acpi_machine *machine, uint64_t page)
{
    uint32_t self = apic_id();
    uint64_t init_end;

    processors[0].apic_id = self;
    if (machine->processor_count < 2) {
        return;
    }
    if (page == 0) {
        log_error("no page below 1 MiB is free: other processors are not used");
        return;
    }
    memcpy(direct(page), boot_trampoline, (size_t)(boot_trampoline_end - boot_trampoline));
    for (uint32_t i = 0; i < machine->processor_count; i++) {
        if (machine->processor_ids[i] != self && apic_reaches(machine->processor_ids[i])) {
            apic_send(machine->processor_ids[i], APIC_INIT);
        }
    }
    for (init_end = clock_now() + INIT_TIME; clock_now() < init_end;) {
        processor_relax();
    }
    for (uint32_t i = 0; i < machine->processor_count; i++) {
        uint32_t id = machine->processor_ids[i];

        if (id == self) {
            continue;
        }
        if (!apic_reaches(id)) {
            log_error("processor %u: not used, it can be called in x2APIC mode only", id);
        } else if (!start(id, page)) {
            return;
        }
    }
    log_info("%u processors", processor_count);
}
