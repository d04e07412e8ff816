// SPDX-License-Identifier: MIT
/*
 * The interrupt descriptor table, shared by all processors, which leads to the entry code.
 */
#ifndef PV_X86_INTERRUPT_H
#define PV_X86_INTERRUPT_H

#include "x86/vector.h"

/** Fills the table, once. */
void interrupt_table_fill(void);

/** Loads it into this processor. */
void interrupt_table_load(void);

/** Masks every input of both 8259 controllers, after moving their vectors out of the exceptions' way. */
void interrupt_8259_mask(void);

#endif
