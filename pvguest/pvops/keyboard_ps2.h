// SPDX-License-Identifier: MIT
// A PC's keyboard, with the keys where they are in the United States.
#ifndef PV_PVOPS_KEYBOARD_PS2_H
#define PV_PVOPS_KEYBOARD_PS2_H

#include <stddef.h>

// Takes up to `length` bytes of what has been typed, as a terminal sends it; returns how many. Keys that move
// the cursor give the sequences of xterm (XTerm Control Sequences, "PC-Style Function Keys").
size_t keyboard_read(char *bytes, size_t length);

#endif
