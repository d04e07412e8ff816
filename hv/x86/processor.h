// SPDX-License-Identifier: MIT
/*
 * A processor: its descriptor tables, stacks and what it is running.
 */
#ifndef PV_X86_PROCESSOR_H
#define PV_X86_PROCESSOR_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/lock_order.h"
#include "mm/address.h"
#include "x86/entry.h"
#include "x86/layout.h"

struct vcpu;

/* What this processor has of what Paravane makes use of. */
struct features {
    bool nx, syscall, smep, smap, umip, fsgsbase, xsave, global_pages;
};

/* The 64-bit task-state segment (Intel SDM vol. 3, 8.7). */
struct task_state {
    uint32_t reserved0;
    uint64_t rsp[3];
    uint64_t reserved1;
    uint64_t interrupt_stack[7];
    uint64_t reserved2;
    uint16_t reserved3;
    uint16_t io_map;
} __attribute__((packed));
_Static_assert(sizeof(struct task_state) == 104, "a task-state segment is 104 bytes");

/* Sets of processors are words of 64 bits. */
#define PROCESSOR_LIMIT 64

struct processor {
    struct vcpu *current; /* the virtual CPU whose state is loaded; the idle one when there is none */
    struct vcpu *idle;
    uint32_t number;  /* its bit in sets; the one that GRUB started is 0 */
    uint32_t apic_id; /* how others call it */
    uint64_t stack;   /* top of its stack */
    /* Flushes that others asked for, and how many of them are done: both count up and wrap round. */
    uint32_t flushes_asked, flushes_done;
    struct task_state task;
    uint64_t *gdt;                        /* from selector SELECTOR_OWN on */
    mfn_t descriptors, local_descriptors; /* frames of a guest's that are loaded; 0: none */
    uint8_t held[LOCK_RANKS];             /* how many locks of each rank it holds, where that is checked */
} __attribute__((aligned(64)));

/* Those that run, in the order in which they were started. */
extern struct processor processors[PROCESSOR_LIMIT];
extern uint32_t processor_count;
extern struct features features;

/** The processor that executes this. */
static inline struct processor *processor_self(void)
{
    return ENTRY_HERE->processor; // cppcheck-suppress nullPointer
}

/** The bit of a processor in sets. */
static inline uint64_t processor_bit(const struct processor *processor)
{
    return 1ull << processor->number;
}

/**
 * Finds out what the processor has and turns it on: NX, WP, SMEP, SMAP, UMIP, FSGSBASE, global pages, XSAVE.
 * Returns NULL, or the name of something that Paravane cannot do without. Only while the boot tables are
 * loaded.
 */
const char *processor_features_enable(void);

/**
 * Turns on, on a further processor, what the first one has. Returns NULL, or the name of what this one lacks.
 */
const char *processor_features_join(void);

/** Writes the names of the features that are missing, separated by blanks, to the buffer ("" if none is). */
void processor_features_missing(char *buffer, uint64_t size);

/**
 * Loads descriptor tables, task state and the SYSCALL registers; of the processor that executes this.
 * @gdt    see paging_map_descriptors
 * @stack  top of the processor's own stack
 * @stacks tops of the stacks for debug exceptions, NMI, double fault and machine check, in this order; the
 *         16 bytes above each are the processor's
 */
void processor_open(struct processor *processor, uint64_t *gdt, uint64_t stack, const uint64_t stacks[4]);

/**
 * Makes a guest's frame of descriptors the first page of the processor's global table, or the whole of its
 * local table. Frame 0 takes it away. What the frame has must have been checked.
 */
void processor_descriptors_set(struct processor *processor, mfn_t frame);
void processor_local_descriptors_set(struct processor *processor, mfn_t frame);

/** Makes exceptions of the guest push on a stack that ends at `top`. */
static inline void processor_exception_stack_set(struct processor *processor, void *top)
{
    processor->task.rsp[0] = (uint64_t)top;
}

#endif
