// SPDX-License-Identifier: MIT
/*
 * The text screen and the keyboard of the machine under test.
 */
#ifndef PV_TESTS_BOOT_SCREEN_H
#define PV_TESTS_BOOT_SCREEN_H

#include "tests/boot/machine.h"

enum { SCREEN_COLUMNS = 80, SCREEN_ROWS = 25 };

/* Reads the text screen, row after row; what is no printable character is a space. */
void screen_read(struct machine *machine, char text[SCREEN_ROWS * SCREEN_COLUMNS + 1]);

/* Waits until the text screen shows this. */
void screen_wait(struct machine *machine, const char *what);

/* Presses keys one after the other: their names in QEMU's monitor, as in "h i shift-1 ret". */
void screen_press(struct machine *machine, const char *keys);

#endif
