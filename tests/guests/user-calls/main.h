// SPDX-License-Identifier: MIT
/*
 * What the parts of the test set up for each other: stacks, handlers, the entry of system calls.
 */
#ifndef PV_TESTS_GUESTS_USER_CALLS_MAIN_H
#define PV_TESTS_GUESTS_USER_CALLS_MAIN_H

#include <stdbool.h>
#include <stdint.h>

#define STACK_TOP(stack) ((uint64_t)(uintptr_t)((stack) + sizeof(stack)))

/* Model-specific registers (Intel SDM vol. 4), for mode=trap. */
#define MSR_EFER   0xc0000080
#define MSR_STAR   0xc0000081
#define MSR_LSTAR  0xc0000082
#define MSR_SFMASK 0xc0000084
#define EFER_SCE   1ul

uint64_t msr_read(uint32_t msr);
void msr_write(uint32_t msr, uint64_t value);

/* Where exceptions and system calls of user mode enter. */
extern char kernel_stack[4096];

/* Has handlers entered with events masked, or as they are, on a stack. Ends the test if it cannot. */
void handlers_set(bool mask_events, uint64_t stack);

/* Sets where `syscall` of user mode enters, by call or in LSTAR; 0: nowhere. */
void system_call_entry_set(uint64_t entry);

#endif
