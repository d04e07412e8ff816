// SPDX-License-Identifier: MIT
// Asks the kernel about the machine.
#include "machine.h"

#include "program.h"
#include "syscall.h"

struct system_info machine_describe(void)
{
    struct system_info info;

    if (syscall_result(syscall_system((uintptr_t)&info)) < 0)
        program_fail("system");
    return info;
}
