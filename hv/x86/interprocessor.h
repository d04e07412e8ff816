// SPDX-License-Identifier: MIT
/*
 * What processors ask of one another, by interrupts that one sends to the other. A request is in memory
 * before its interrupt is sent. A processor in the hypervisor has interrupts off: there it sees requests when
 * it waits for a lock, and otherwise soon, when it leaves, since no call is long.
 */
#ifndef PV_X86_INTERPROCESSOR_H
#define PV_X86_INTERPROCESSOR_H

#include <stdint.h>

#include "x86/processor.h"

/**
 * Makes another processor look at what is to be done: the attention of what it runs, and its run queue. Does
 * nothing to the one that executes this, which looks anyway before it leaves the hypervisor.
 */
void processor_kick(const struct processor *processor);

/**
 * Makes other processors forget every translation that a guest made; returns when they have.
 * @set  a bit for each; not that of the one that executes this
 */
void processors_flush(uint64_t set);

/** Does what others have asked of this processor. */
void processor_serve(void);

/** Stops every other processor for good, whatever it is doing: by an NMI. */
void processors_stop(void);

#endif
