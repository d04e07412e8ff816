// SPDX-License-Identifier: MIT
// The kernel from its beginning to the prompt.
#include <stdio.h>

#include "monitor.h"
#include "newlib.h"
#include "pvops/kernel.h"
#include "pvops/pvops.h"

enum { MIB = 1 << 20 };

void kernel_main(const struct pv_boot *boot)
{
    heap_start(boot);
    monitor_start(boot);
    pvop_irq_enable();
    printf("hello from %s, mode=%s, %lu MiB\n", boot->name, boot->mode, boot->memory / MIB);
    monitor_execute(boot->command_line);
    monitor_run();
}
