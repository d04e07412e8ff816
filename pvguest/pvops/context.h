// SPDX-License-Identifier: MIT
// Kernel stacks and the floating-point unit: what changes when one thread of the kernel goes and another
// comes.
#ifndef PV_PVOPS_CONTEXT_H
#define PV_PVOPS_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pvops/frame.h"

// Kernel stacks of a kernel that runs on several processors: so large, and aligned to that.
enum { PV_STACK_SIZE = 8192 };

// The top of such a stack, by its lowest address: there is room above it for the shim.
static inline void *pv_stack_top(void *stack)
{
    return (char *)stack + PV_STACK_SIZE - 16;
}

// Whether another processor than the first was started. Until then stacks may be of any kind.
extern bool pv_processors_many;

// The number of the processor that executes this. It may be another one after stacks were switched.
unsigned pv_processor_of_stack(void);
static inline unsigned pv_processor(void)
{
    return pv_processors_many ? pv_processor_of_stack() : 0;
}

// Goes on with another kernel stack. Where this one is to go on is kept in *save; `to` is what was kept of
// the other, or what the functions that prepare one returned. Events are disabled.
void pv_stack_switch(void **save, void *to);

// The frame with which the kernel is entered from user mode on the stack that ends at `top`.
static inline struct pv_frame *pv_stack_frame(void *top)
{
    return (struct pv_frame *)top - 1;
}

// Prepares a stack, aligned to 16 bytes, that calls kernel_leave() and goes to user mode with
// pv_stack_frame(top).
void *pv_stack_prepare(void *top);

// Prepares a stack, aligned to 16 bytes, that calls function(argument), which must not return.
void *pv_stack_prepare_call(void *top, void (*function)(void *), void *argument);

// Fills a frame for user mode: at an address, on a stack, every other register 0, events enabled.
void pv_frame_user(struct pv_frame *frame, uint64_t rip, uint64_t rsp);

// Says that more of the frame than rax was changed during a system call, so that every register is loaded
// from it.
static inline void pv_frame_changed(struct pv_frame *frame)
{
    frame->vector = PV_VECTOR_CHANGED;
}

static inline bool pv_frame_is_user(const struct pv_frame *frame)
{
    return frame->cs & 3;
}

// Keeps only those bits of the flags that user mode may choose, and events enabled: for flags that it gave.
void pv_frame_flags_set(struct pv_frame *frame, uint64_t flags);

// The registers of user mode that are in no frame: the floating-point unit's, and the bases of FS and GS. An
// area of this many bytes, aligned to 64. Intel SDM volume 1, chapter 13.
size_t pv_fpu_size(void);
void pv_fpu_init(void *area); // as it is at a program's start
void pv_fpu_save(void *area);
void pv_fpu_restore(const void *area);

// Makes an area that user mode may have written one that can be restored.
void pv_fpu_sanitize(void *area);

#endif
