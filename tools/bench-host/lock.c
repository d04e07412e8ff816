// SPDX-License-Identifier: MIT
/*
 * Waiting for a lock, as hv/x86/machine/mm_memory.h wants it: nobody ever does here.
 */
#include <stdlib.h>

__attribute__((no_caller_saved_registers, target("general-regs-only"))) void lock_wait(void);

void lock_wait(void)
{
    __builtin_trap();
}
