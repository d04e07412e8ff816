// SPDX-License-Identifier: MIT
// The kernel's end by its own mistake.
#include "kernel/print.h"
#include "pvops/kernel.h"

// The reason with which the machine ends.
enum { PANIC_REASON = 99 };

_Noreturn void kernel_panic(const char *what)
{
    pvop_irq_disable();
    kprintf("panic: %s\n", what);
    pvop_cpu_end(PANIC_REASON);
}
