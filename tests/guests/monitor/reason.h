// SPDX-License-Identifier: MIT
// The reasons with which the kernel ends its machine: numbers from 0 to 255. `exit REASON` gives any other.
#ifndef PV_KERNEL_REASON_H
#define PV_KERNEL_REASON_H

enum reason {
    REASON_GOOD = 0,
    REASON_PANIC = 32,
    REASON_SIGNAL = 64,     // plus the signal's number; an assertion that fails is SIGABRT
    REASON_EXCEPTION = 128, // plus the exception's vector
};

#endif
