// SPDX-License-Identifier: MIT
/*
 * user-calls: system calls and exceptions of user mode in an address space of its own, and the returns to it.
 *
 * What: user mode runs in a root that maps a few pages and nothing of the kernel's. It makes system calls
 * with every register, stack pointer and flag that it can have; it faults in every way; the kernel returns by
 * user_return and exception_return, in mode=trap by sysretq and iretq, with flags that nobody should have,
 * and with events pending.
 *
 * Why: these paths change root, mode, stack and event mask in a few instructions of assembly each, and what
 * they leave out is either a kernel that user code can write to, or registers of one process that another
 * sees.
 *
 * How: what the kernel finds at each entry is stored before a register changes, and compared word by word.
 * With an argument, one thing that has to end the domain (fatal.c), garbage (chaos.c), or the counts of
 * instructions (count.c).
 */
#include "tests/guests/user-calls/main.h"

#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/handlers.h"
#include "tests/guests/runtime/test.h"
#include "tests/guests/user-calls/chaos.h"
#include "tests/guests/user-calls/fatal.h"
#include "tests/guests/user-calls/user.h"

const char test_name[] = "user-calls";

char kernel_stack[4096] __attribute__((aligned(16)));

uint64_t msr_read(uint32_t msr)
{
    uint32_t low, high;

    __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
    return (uint64_t)high << 32 | low;
}

void msr_write(uint32_t msr, uint64_t value)
{
    __asm__ volatile("wrmsr" : : "c"(msr), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)));
}

void system_call_entry_set(uint64_t entry)
{
    if (trapped()) {
        msr_write(MSR_STAR, 0x0018002800000000);
        msr_write(MSR_SFMASK, FLAGS_IF);
        msr_write(MSR_LSTAR, entry);
    } else if (call(PV_CALL_syscall_entry_set, entry, 0, 0) != 0) {
        test_error("syscall_entry_set failed");
    }
}

void handlers_set(bool mask_events, uint64_t stack)
{
    handlers_open(entries, mask_events, stack);
}

/* An argument of one digit is a seed. */
static uint64_t seed(void)
{
    const char *argument = start_info->command_line;

    return argument[0] >= '1' && argument[0] <= '9' && argument[1] == '\0' ? (uint64_t)(argument[0] - '0')
                                                                           : 0;
}

void test_main(void)
{
    handlers_set(true, STACK_TOP(kernel_stack));
    user_space_open();
    system_call_entry_set((uintptr_t)(trapped() ? system_call_trapped : system_call));
    if (argument_is("count")) {
        count();
        return;
    }
    if (seed() != 0) {
        chaos(seed());
        return;
    }
    if (!argument_is("")) {
        try_fatal();
        return;
    }
    try_system_calls();
    try_faults();
    try_paths();
    if (!trapped()) {
        try_events();
        try_spaces();
    }
    expect(call(PV_CALL_version, 0, 0, 0) == PV_VERSION, "calls of the kernel fail afterwards");
}
