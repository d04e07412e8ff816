// SPDX-License-Identifier: MIT
// The monitor: lines of commands, from the command line and from the keyboard.
#ifndef PV_KERNEL_MONITOR_H
#define PV_KERNEL_MONITOR_H

struct pv_boot;

// Keeps what the commands tell about. Called once, before the others.
void monitor_start(const struct pv_boot *boot);

// Executes the commands in `line`, which are separated by semicolons, one after the other.
void monitor_execute(const char *line);

// Prompts for lines and executes them; does not return.
__attribute__((noreturn)) void monitor_run(void);

// What the shim told the kernel.
const struct pv_boot *monitor_boot(void);

#endif
