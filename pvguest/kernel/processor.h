// SPDX-License-Identifier: MIT
// The processors, and the one lock of the kernel. Who is in the kernel holds it: from where user mode or an
// event enters to where user mode, or the idle loop, goes on. So one processor at a time is there, and what
// the monitor promises on one processor holds on many: whatever kernel code looks at stays as it is until
// that code sleeps, yields, or returns to user mode.
#ifndef PV_KERNEL_PROCESSOR_H
#define PV_KERNEL_PROCESSOR_H

#include <stdbool.h>
#include <stdint.h>

#include "pvops/context.h"
#include "pvops/pvops.h"

struct process;

struct processor {
    struct process *running;   // the process that runs; NULL while none does
    void *idle_context;        // where its idle loop goes on
    struct process *fpu_owner; // whose state is in the floating-point registers
    uint64_t root;             // of the address space that it has; 0: the shim's first
    uint64_t accounted;        // time up to which `running` has been charged
    uint64_t slice_end;
    uint64_t idle_time;
    bool called; // it is idle, and has been told that somebody waits
    bool due;    // another process is to run before the current one returns to user mode
};

extern struct processor processors[PV_PROCESSOR_LIMIT];
extern unsigned processor_count;

// The one that executes this. After a switch of stacks it may be another.
static inline struct processor *processor_here(void)
{
    return &processors[pv_processor()];
}

// Starts all others. They wait for something to run.
void processors_start(unsigned count);

// Has a processor look whether there is something to run; nothing if it is this one.
void processor_call(struct processor *processor);

#endif
