// SPDX-License-Identifier: MIT
/*
 * Entering a guest's kernel for exceptions and interrupts, and its return. A guest that offers no handler, or
 * a stack that cannot be written, is ended.
 */
#ifndef PV_CORE_EXCEPTION_H
#define PV_CORE_EXCEPTION_H

#include <stdbool.h>
#include <stdint.h>

#include "core/vcpu.h"
#include "x86/vector.h"

/** The five words that the processor pushes and IRET pops (Intel SDM vol. 3, 6.14.2). */
struct iret_frame {
    uint64_t rip, cs, rflags, rsp, ss;
};

/** Hands the exception in the saved registers to the guest's own handler. */
void exception_reflect(struct vcpu *vcpu);

/** Raises an exception in the guest as if its current instruction had caused it. */
void exception_raise(struct vcpu *vcpu, unsigned vector, uint32_t error);

/**
 * Enters the guest's kernel through a gate: switches to kernel mode and stack, pushes the frame, masks events
 * if the gate says so.
 * @error  pushed too if has_error
 * Returns false, with nothing changed in the registers, if the stack cannot be written.
 */
bool exception_enter(struct vcpu *vcpu, const struct gate *gate, bool has_error, uint32_t error);

/** The guest's flags as its frames show them: IF is whether events are enabled. */
uint64_t exception_flags(const struct vcpu *vcpu);

/** Does what IRET does: loads mode, flags, stack, address and the event mask from a frame. */
void exception_return(struct vcpu *vcpu, const struct iret_frame *frame);

/** The name of an exception, such as "page fault". */
const char *exception_name(unsigned vector);

#endif
