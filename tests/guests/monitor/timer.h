// SPDX-License-Identifier: MIT
// The kernel's one timer.
#ifndef PV_KERNEL_TIMER_H
#define PV_KERNEL_TIMER_H

#include <stdbool.h>
#include <stdint.h>

#define NS_PER_SECOND 1000000000

// Set by the timer's event; cleared by timer_arm().
extern volatile bool timer_expired;

// Has timer_expired set once `ns` nanoseconds have passed.
void timer_arm(uint64_t ns);

// Sleeps for `ns` nanoseconds; other events are handled meanwhile. Events are enabled afterwards.
void timer_sleep(uint64_t ns);

// Seconds since the machine's start.
double timer_seconds(void);

#endif
