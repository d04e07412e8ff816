// SPDX-License-Identifier: MIT
/*
 * How a domain's privileged operations reach the hypervisor: the operations in which mode=hypercall and
 * mode=trap differ. Everything else is common to both.
 */
#ifndef PV_CORE_MODE_H
#define PV_CORE_MODE_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/call.h"
#include "abi/start.h"
#include "core/vcpu.h"

struct mode {
    const char *name;

    /* Whether handlers set by call are entered, so that exceptions may take the fast path to them. */
    bool fast;

    /*
     * Prepares what the mode needs for a virtual CPU, in its mode_state, zeroed at first; again before it is
     * started again. What all share is in the domain's mode_machine.
     */
    void (*open)(struct vcpu *vcpu);

    /* An exception of the guest's, in the saved registers. */
    void (*exception)(struct vcpu *vcpu);

    /* Where the guest wants a vector handled, below 256; false if nowhere. */
    bool (*gate)(struct vcpu *vcpu, unsigned vector, struct gate *gate);

    /* User mode executed `syscall`, at which it stands; false if the kernel has no entry for it. */
    bool (*syscall)(struct vcpu *vcpu);

    /* The stack for entering the kernel from user mode; false if there is none. */
    bool (*kernel_stack)(struct vcpu *vcpu, uint64_t *stack);

    /*
     * Takes note of an event, on whatever processor it comes about: locks are held, even that of a
     * processor's timers, so it only sets bits and notifies.
     */
    void (*event)(struct vcpu *vcpu, enum pv_event event);

    /* Whether an event waits to be delivered, masked or not. Only asked where the virtual CPU is current. */
    bool (*pending)(struct vcpu *vcpu);

    /* Enters the guest's handler for the events that wait; only called while they are not masked. */
    void (*deliver)(struct vcpu *vcpu);
};

/* core/upcall.c */
extern const struct mode mode_hypercall;

#endif
