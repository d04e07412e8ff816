// SPDX-License-Identifier: MIT
// Stacks that were never switched from, frames that never came from user mode, and the floating-point unit.
#include "pvops/context.h"

#include "pvops/backend.h"

// What pv_stack_switch() pops, from the stack pointer up.
struct switch_frame {
    uint64_t r15, r14, r13, r12, rbp, rbx;
    uint64_t rip;
};

// Flags of user mode: those that it may choose (carry, parity, adjust, zero, sign, direction, overflow, trap,
// alignment check, identification), and those that are always on (Intel SDM volume 1, section 3.4.3).
enum { FLAGS_CHOSEN = 0x240dd5, FLAGS_ON = 0x202 };

static void *frame_push(void *at, const void *rip, uint64_t rbx, uint64_t rbp)
{
    struct switch_frame *frame = (struct switch_frame *)at - 1;

    *frame = (struct switch_frame){.rip = (uintptr_t)rip, .rbx = rbx, .rbp = rbp};
    return frame;
}

void *pv_stack_prepare(void *top)
{
    return frame_push(pv_stack_frame(top), entry_frame_first, 0, 0);
}

void *pv_stack_prepare_call(void *top, void (*function)(void *), void *argument)
{
    return frame_push(top, entry_call_first, (uintptr_t)function, (uintptr_t)argument);
}

void pv_frame_user(struct pv_frame *frame, uint64_t rip, uint64_t rsp)
{
    *frame = (struct pv_frame){
        .vector = PV_VECTOR_CHANGED,
        .rip = rip,
        .cs = PV_USER_CS,
        .rflags = FLAGS_ON,
        .rsp = rsp,
        .ss = PV_USER_SS,
    };
}

void pv_frame_flags_set(struct pv_frame *frame, uint64_t flags)
{
    frame->rflags = (flags & FLAGS_CHOSEN) | FLAGS_ON;
}
