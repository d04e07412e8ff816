// SPDX-License-Identifier: MIT
// What free, uptime and uname have in common: they describe the machine.
#ifndef PV_USER_MACHINE_H
#define PV_USER_MACHINE_H

#include "kernel/interface.h"

// Describes the machine as the system call does, or ends the program.
struct system_info machine_describe(void);

#endif
