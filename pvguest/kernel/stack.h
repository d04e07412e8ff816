// SPDX-License-Identifier: MIT
// The kernel stacks of the processes, one for each slot of their table, with a known word at the far end of
// each.
#ifndef PV_KERNEL_STACK_H
#define PV_KERNEL_STACK_H

// The top of the stack of a slot.
void *stack_top(unsigned slot);

// Panics if the stack of a slot has been used to its end.
void stack_check(unsigned slot);

#endif
