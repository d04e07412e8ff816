// SPDX-License-Identifier: MIT
// The devices of a classic PC, driven through its ports: interrupt controllers, interval timer, serial port.
#ifndef PV_PVOPS_PC_H
#define PV_PVOPS_PC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/vcpu.h"

// The inputs of the interrupt controllers that are in use. Input n arrives at vector PV_VECTOR_EXCEPTIONS +
// n.
enum pc_interrupt { PC_INTERRUPT_TIMER = 0, PC_INTERRUPT_KEYBOARD = 1, PC_INTERRUPT_SERIAL = 4 };

// Brings all devices into a known state. Interrupts must be disabled. Those of timer and serial port will
// come.
void pc_start(void);

// Lets an interrupt of the first controller come, too.
void pc_interrupt_allow(enum pc_interrupt input);

// Measures the time-stamp counter against the interval timer, and fills in a clock that begins now.
void pc_clock_start(struct pv_clock *clock);

// The time of day when the clock began: nanoseconds since 1970 (UTC), from the battery-backed clock; 0 where
// it tells none.
uint64_t pc_wall_clock(void);

// Tells the controllers that the interrupt at `vector` has arrived, so that the next may come. False for one
// that was none: a glitch on a line reports as the lowest input.
bool pc_interrupt_take(unsigned vector);

// Raises the timer's interrupt once, after `ns` nanoseconds or after about 54.9 ms, whichever is less.
void pc_timer_arm(uint64_t ns);

// Lets the timer's interrupt not come any more, but for one that is on its way.
void pc_timer_disarm(void);

// Sends up to `length` bytes; returns how many there was room for.
size_t pc_serial_write(const char *bytes, size_t length);

// Takes up to `length` bytes that have arrived; returns how many.
size_t pc_serial_read(char *bytes, size_t length);

// Switches the machine off, reporting a reason, where it has QEMU's device for that; resets it where it has
// not.
void pc_exit(uint8_t reason);

#endif
