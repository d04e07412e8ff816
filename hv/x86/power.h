// SPDX-License-Identifier: MIT
/*
 * Turning the machine off, and starting it again.
 */
#ifndef PV_X86_POWER_H
#define PV_X86_POWER_H

#include "lib/acpi.h"

/** Takes note of how this machine is turned off. */
void power_open(const struct acpi_power *how);

/** Turns the machine off; halts where it cannot be turned off. */
__attribute__((noreturn)) void power_off(void);

/** Resets the machine. */
__attribute__((noreturn)) void power_reset(void);

#endif
