// SPDX-License-Identifier: MIT
/*
 * Telling what happened, in words: the steps that lead to what is wrong.
 */
#ifndef PV_TESTS_MODEL_TRACE_H
#define PV_TESTS_MODEL_TRACE_H

#include "canonical.h"
#include "mm/machine.h"
#include "step.h"

/** Begins: things have the names that they have in the first state. */
void trace_open(void);

/** Renames things from now on, as state_canonical did. */
void trace_rename(const struct naming *naming);

/** Prints the state that the world is in: tables and what is loaded. */
void trace_state(void);

/** Prints a step. */
void trace_step(unsigned number, const struct step *step);

/** Prints what became of it. */
void trace_result(int error);

/** Prints what is wrong, where watch.tell says so. */
void trace_finding(void);

/** Prints something that happens in the middle of a step, where watch.tell says so. */
void trace_event(enum machine_event event, uint64_t argument);

/** Prints, where watch.tell says so, what processors remember that they did not when this was last called. */
void trace_seen(void);

#endif
