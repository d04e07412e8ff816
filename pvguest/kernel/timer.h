// SPDX-License-Identifier: MIT
// The one timer of the machine, for all that is due some time. It is set anew only for what is due earlier.
#ifndef PV_KERNEL_TIMER_H
#define PV_KERNEL_TIMER_H

#include <stdint.h>

// Sees to it that kernel_timer() comes at a time (nanoseconds since the machine's start) at the latest.
void timer_need(uint64_t time);

#endif
