// SPDX-License-Identifier: MIT
// Scheduling: newlib's <sched.h>, and the one function of it that there is here.
#ifndef PV_USER_SCHED_H
#define PV_USER_SCHED_H

#include_next <sched.h>

// Lets the other processes that could run go first. Returns 0.
int sched_yield(void);

#endif
