// SPDX-License-Identifier: MIT
/*
 * The first serial port, a 16550 at 115200 baud.
 */
#ifndef PV_X86_SERIAL_H
#define PV_X86_SERIAL_H

#include <stdbool.h>
#include <stddef.h>

#define SERIAL_IRQ 4

/** Sets the port up. Returns false if there is none. */
bool serial_open(void);

/** Lets the port interrupt when a byte comes in. */
void serial_interrupt_enable(void);

/** Writes bytes, waiting for the port; a newline gets its carriage return. Does nothing without a port. */
void serial_write(const char *bytes, size_t length);

/** The next byte that came in, or -1. */
int serial_read(void);

#endif
