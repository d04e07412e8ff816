// SPDX-License-Identifier: MIT
// What is on the user's stack while a signal's handler runs.
#ifndef PV_KERNEL_SIGNAL_FRAME_H
#define PV_KERNEL_SIGNAL_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/interface.h"
#include "pvops/frame.h"

// Saves the state of user mode on its stack, with the set of signals that are to be held back when the
// handler has returned, and changes the frame so that user mode goes on with the handler. False: there is no
// such stack.
bool signal_frame_push(struct pv_frame *frame, int signal, const struct signal_action *action, uint64_t mask);

// Undoes that, with the stack pointer as the handler's return left it: gives the state back, as far as user
// mode may choose it, and the set. False: what is there is no such state, and *frame is as it was.
bool signal_frame_pop(struct pv_frame *frame, uint64_t *mask);

#endif
