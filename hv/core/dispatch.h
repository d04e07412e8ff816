// SPDX-License-Identifier: MIT
/*
 * Leaving the hypervisor for whatever is to run.
 */
#ifndef PV_CORE_DISPATCH_H
#define PV_CORE_DISPATCH_H

/** Runs the virtual CPU that is next on this processor, or waits for an interrupt. */
__attribute__((noreturn)) void dispatch(void);

#endif
