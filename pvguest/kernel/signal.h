// SPDX-License-Identifier: MIT
// Signals: what is pending, what is held back, and what each does. A signal is recorded by signal_send() at
// any time, and acted upon only in signals_deliver(), on the way back to user mode. POSIX.1-2008, XSH
// chapter 2.4.
#ifndef PV_KERNEL_SIGNAL_H
#define PV_KERNEL_SIGNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/interface.h"
#include "pvops/frame.h"

struct process;

// Sets of signals have bit n for signal n.
struct signals {
    uint64_t pending;
    uint64_t blocked;
    uint64_t suspended; // what sigsuspend replaced, if is_suspended
    bool is_suspended;
    struct signal_action actions[SIGNAL_LIMIT];
};

static inline uint64_t signal_bit(int signal)
{
    return 1UL << signal;
}

// Sends a signal (1 to SIGNAL_LIMIT - 1) to a process: a sleep is interrupted, a stopped process continued or
// ended. To an ended process nothing happens. Any time, also from the handler of an event.
void signal_send(struct process *process, int signal);

// Sends a signal to every process of a group. Returns how many there are.
unsigned signal_send_group(int pgid, int signal);

// Sends a signal that the current process cannot hold back or ignore, because what it did cannot go on: a
// fault. Returns whether a handler takes it; if not, the process will end before it runs again.
bool signal_force(int signal);

// Whether a signal would do nothing to a process: it ignores it, or that is the default.
bool signal_ignored(const struct process *process, int signal);

// Whether the current process has a signal to act upon, so that a long operation should return.
bool signal_pending(void);

// What fork copies (handlers, mask; nothing is pending), and what exec resets (handlers become the default).
void signals_copy(struct signals *to, const struct signals *from);
void signals_exec(struct signals *signals);

// Acts on what is pending for the current process, which is about to return to user mode with this frame:
// ends or stops it, makes it enter a handler, or starts an interrupted system call again.
void signals_deliver(struct pv_frame *frame);

#endif
