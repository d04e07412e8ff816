// SPDX-License-Identifier: MIT
// What the shim keeps for each processor, and how it finds out on which it runs; for C and for assembly.
//
// Above the top of each kernel stack stand two words: the processor that runs on it, and that one's page. So
// the stack pointer leads to both. Who runs on a stack may change only where stacks are switched.
#ifndef PV_PVOPS_PROCESSOR_H
#define PV_PVOPS_PROCESSOR_H

// Bytes above the top of a kernel stack, and where in them the page is.
#define PV_STACK_BASE      16
#define PV_STACK_BASE_PAGE 8

#ifndef __ASSEMBLER__

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/vcpu.h"
#include "pvops/context.h"
#include "pvops/pvops.h"

struct pv_processor {
    unsigned number;
    volatile struct pv_vcpu_page *page; // that it shares with the hypervisor
    uint64_t root;                      // physical address of the one that is loaded, or 0 for the loader's
    void *kernel_stack;
};

struct pv_stack_base {
    struct pv_processor *processor;
    volatile struct pv_vcpu_page *page;
};
_Static_assert(sizeof(struct pv_stack_base) == PV_STACK_BASE, "size of what is above a stack");
_Static_assert(offsetof(struct pv_stack_base, page) == PV_STACK_BASE_PAGE, "offset of page");

extern struct pv_processor pv_processors[PV_PROCESSOR_LIMIT];

// The processor that executes this.
static inline struct pv_processor *pv_processor_here(void)
{
    uintptr_t stack;

    if (!pv_processors_many)
        return &pv_processors[0];
    __asm__ volatile("mov %%rsp, %0" : "=r"(stack)); // each time anew: it may go on elsewhere
    stack = (stack | (PV_STACK_SIZE - 1)) + 1;
    return ((struct pv_stack_base *)stack - 1)->processor;
}

// Its page.
static inline volatile struct pv_vcpu_page *pv_page_here(void)
{
    return pv_processor_here()->page;
}

// Says that a stack is a processor's, before anybody goes on with it.
static inline void pv_stack_own(void *top, struct pv_processor *processor)
{
    *(struct pv_stack_base *)top = (struct pv_stack_base){processor, processor->page};
}

// The first C function of every processor but the first, on its own stack: makes it what the first one is,
// and hands it to the kernel.
__attribute__((noreturn)) void pv_processor_first(uint64_t number);

#endif
#endif
