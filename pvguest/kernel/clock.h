// SPDX-License-Identifier: MIT
// Time as user programs see it.
#ifndef PV_KERNEL_CLOCK_H
#define PV_KERNEL_CLOCK_H

#include <stdint.h>

#include "kernel/interface.h"

// Nanoseconds since 1970 began (UTC); since the machine's start where nothing tells the time of day.
uint64_t clock_wall(void);

// Reads a time from user memory. Returns its nanoseconds, or -EFAULT, or -EINVAL if it is not a time; one
// beyond 2^62 nanoseconds counts as that.
int64_t clock_read_user(uint64_t address);

// Writes nanoseconds to user memory as a time. Returns 0 or -EFAULT.
int64_t clock_write_user(uint64_t address, uint64_t nanoseconds);

#endif
