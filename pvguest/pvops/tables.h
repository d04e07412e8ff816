// SPDX-License-Identifier: MIT
// The processor's descriptor tables, as a kernel on the bare machine has them: a GDT, a TSS and an IDT.
#ifndef PV_PVOPS_TABLES_H
#define PV_PVOPS_TABLES_H

// Loads the three tables. The IDT has a gate for each interrupt input and none yet for the exceptions.
void tables_start(void);

// Sets or, with a handler of NULL, removes the gate of a vector (below 256). flags: PV_GATE_*.
void idt_set(unsigned vector, const void *handler, unsigned flags);

// Sets the stack on which an interrupt or exception enters the kernel from user mode.
void tss_stack_set(void *top);

#endif
