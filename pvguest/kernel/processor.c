// SPDX-License-Identifier: MIT
// Starting processors, and the kernel's lock. It goes to whoever comes first when it is given back, and not
// to the one that has waited longest: that one may be a virtual processor that nobody runs just now. For the
// same reason who waits for long lets others of its machine run.
#include "kernel/processor.h"

#include "kernel/print.h"
#include "kernel/scheduler.h"
#include "kernel/space.h"
#include "pvops/kernel.h"

enum { SPINS = 200 };

struct processor processors[PV_PROCESSOR_LIMIT];
unsigned processor_count = 1;

// Idle loops of all but the first processor, which has the stack of the start.
static char stacks[PV_PROCESSOR_LIMIT - 1][PV_STACK_SIZE] __attribute__((aligned(PV_STACK_SIZE)));

static bool held = true; // the start is inside

static void lock_take(void)
{
    for (unsigned spins = 1; __atomic_exchange_n(&held, true, __ATOMIC_SEQ_CST); spins++) {
        while (__atomic_load_n(&held, __ATOMIC_RELAXED) && spins % SPINS != 0) {
            __builtin_ia32_pause();
            spins++;
        }
        if (spins % SPINS == 0)
            pvop_cpu_yield();
    }
}

static void lock_put(void)
{
    __atomic_store_n(&held, false, __ATOMIC_RELEASE);
}

// While there is one processor, nobody has to be kept out; it is inside when it starts the next.
void kernel_enter(void)
{
    if (processor_count > 1)
        lock_take();
}

void kernel_leave(void)
{
    if (processor_count > 1)
        lock_put();
}

_Noreturn void kernel_processor(unsigned processor)
{
    (void)processor;
    kernel_enter();
    space_activate(NULL);
    scheduler_run();
}

void processors_start(unsigned count)
{
    for (unsigned i = 1; i < count; i++) {
        processor_count = i + 1;
        if (!pvop_smp_start(i, pv_stack_top(stacks[i - 1]))) {
            kprintf("processor %u does not start\n", i);
            processor_count = i;
            return;
        }
    }
}

void processor_call(struct processor *processor)
{
    if (processor != processor_here())
        pvop_smp_send((unsigned)(processor - processors));
}

// What there is to do was noted before it was sent.
void kernel_interrupt(void)
{
}
