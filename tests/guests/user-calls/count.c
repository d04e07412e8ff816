// SPDX-License-Identifier: MIT
/*
 * What the ways between user mode and kernel cost, in instructions of a machine whose clock counts them. The
 * clock is read as the last thing on one side and the first on the other.
 */
#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/test.h"
#include "tests/guests/runtime/trap.h"
#include "tests/guests/user-calls/main.h"
#include "tests/guests/user-calls/user.h"

#include "abi/trap.h"

/* With events masked, as kernels have it. */
static void page_fault_handler_set(const char *handler)
{
    struct pv_trap trap = {.handler = (uintptr_t)handler, .vector = PAGE, .flags = PV_TRAP_MASK_EVENTS};

    if (call(PV_CALL_trap_set, (uintptr_t)&trap, 0, 0) != 0)
        test_error("trap_set failed");
}

/*
 * User mode reads the clock (rax), makes a system call (r8 has that time, r9 the kernel's); the kernel
 * prepares the return and reads the clock (r10); user mode reads it (rax), and faults (r12, r13); the handler
 * reads it (r14), and the last reading is user mode's. An instruction that reads the clock counts itself, and
 * so does what is noted.
 */
void count(void)
{
    struct excursion end;

    if (trapped())
        test_skip("these paths are those of mode=hypercall");
    system_call_entry_set((uintptr_t)system_call_counted);
    page_fault_handler_set(page_fault_counted);
    for (int round = 0; round < 3; round++) {
        leaving = state_pattern(1, user_count_call);
        leaving.rbx = 0x7fff00000000;
        end = begin(begin_by_words);
    }
    /* Low halves: the high ones go to rdx. */
    print("system call, entry: %u\n", (end.state.r9 - end.state.r8) & 0xffffffff);
    print("system call, return: %u\n", (end.state.r12 - end.state.r10) & 0xffffffff);
    print("page fault, entry: %u\n", (end.state.r13 - end.state.r12) & 0xffffffff);
    print("page fault, return: %u\n", (end.state.rax - end.state.r14) & 0xffffffff);
}
