// SPDX-License-Identifier: MIT
/*
 * Everything that can be typed on: the serial port and the PS/2 keyboard.
 */
#ifndef PV_X86_INPUT_H
#define PV_X86_INPUT_H

/** Routes the interrupts of the serial port and the keyboard to this processor. */
void input_open(void);

/** The next byte that was typed, or -1. */
int input_next(void);

#endif
