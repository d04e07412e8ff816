// SPDX-License-Identifier: MIT
// measure.S: one sample of each operation, and the handlers that measuring needs.
#ifndef PV_PVOPS_SAMPLES_H
#define PV_PVOPS_SAMPLES_H

#include <stdint.h>

#include "abi/trap.h"

// What the sample of a call with an argument in memory passes.
extern struct pv_trap pv_sample_trap;

// hypercall.c: what reading cr0 amounts to there.
extern uint64_t pv_shadow_cr0;

// Each does an operation once and returns the ticks from before it to after it, with those of reading the
// counter.
uint64_t sample_nothing(void);
uint64_t sample_null_hypercall(void);
uint64_t sample_copy16_hypercall(void);
uint64_t sample_exception_bounce(void);
uint64_t sample_read_cr0_shadow(void);
uint64_t sample_read_cr0(void);
uint64_t sample_events_toggle_hypercall(void);
uint64_t sample_events_toggle_trap(void);

// The smallest handlers for the exception of sample_exception_bounce: skip the instruction and return.
extern const char bounce_hypercall[];
extern const char bounce_trap[];

#endif
