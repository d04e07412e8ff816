// SPDX-License-Identifier: MIT
// Kernel stacks. The deepest way into the kernel is an exec of a script whose texts fault in page by page; it
// takes less than half of a stack. Recursion there is none.
#include "kernel/stack.h"

#include <stdint.h>

#include "kernel/interface.h"
#include "pvops/context.h"
#include "pvops/kernel.h"

// What nobody writes there by chance.
#define STACK_MARK UINT64_C(0x6b61726d64656573)

struct stack {
    uint64_t mark; // stands at the far end
    uint64_t room[PV_STACK_SIZE / sizeof(uint64_t) - 1];
};

static struct stack stacks[PROCESS_LIMIT] __attribute__((aligned(PV_STACK_SIZE)));

void *stack_top(unsigned slot)
{
    stacks[slot].mark = STACK_MARK;
    return pv_stack_top(&stacks[slot]);
}

void stack_check(unsigned slot)
{
    if (stacks[slot].mark != STACK_MARK)
        kernel_panic("a kernel stack has overflowed");
}
