// SPDX-License-Identifier: MIT
// What programs can learn of the machine and of each other.
#ifndef PV_KERNEL_INFO_H
#define PV_KERNEL_INFO_H

#include "pvops/pvops.h"

// Keeps what the shim said at the start.
void info_start(const struct pv_boot *boot);

#endif
