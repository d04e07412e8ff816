// SPDX-License-Identifier: MIT
// The processor's descriptor tables, as a kernel on the bare machine has them: a GDT, a TSS and an IDT.
#ifndef PV_PVOPS_TABLES_H
#define PV_PVOPS_TABLES_H

// What entry_syscall_native finds at the kernel's GS base, which is in place for its first few instructions
// alone.
#define SYSCALL_USER_RSP     0
#define SYSCALL_KERNEL_STACK 8

#ifndef __ASSEMBLER__

#include <stddef.h>
#include <stdint.h>

struct syscall_state {
    uint64_t user_rsp;
    uint64_t kernel_stack;
};
_Static_assert(offsetof(struct syscall_state, user_rsp) == SYSCALL_USER_RSP, "offset of user_rsp");
_Static_assert(offsetof(struct syscall_state, kernel_stack) == SYSCALL_KERNEL_STACK,
               "offset of kernel_stack");

// Loads the three tables, and the registers of SYSCALL. The IDT has a gate for each interrupt input and none
// yet for the exceptions.
void tables_start(void);

// Loads those of a further processor, by its number, on it.
void tables_load(unsigned processor);

// Sets or, with a handler of NULL, removes the gate of a vector (below 256). flags: PV_GATE_*.
void idt_set(unsigned vector, const void *handler, unsigned flags);

// Sets the stack on which an interrupt or exception enters the kernel from user mode, on this processor.
void tss_stack_set(void *top);

#endif
#endif
