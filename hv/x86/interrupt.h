// SPDX-License-Identifier: MIT
/*
 * The interrupt descriptor table, shared by all processors, and the vectors in use.
 */
#ifndef PV_X86_INTERRUPT_H
#define PV_X86_INTERRUPT_H

#include <stdint.h>

/* Vectors of external interrupts; entry.S has them too. */
enum { VECTOR_SERIAL = 0x20, VECTOR_KEYBOARD = 0x21, VECTOR_TIMER = 0x30, VECTOR_SPURIOUS = 0x3f };

/** Fills the table (once) and loads it into this processor. */
void interrupt_table_load(void);

/** Masks every input of both 8259 controllers, after moving their vectors out of the exceptions' way. */
void interrupt_8259_mask(void);

#endif
