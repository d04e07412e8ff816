// SPDX-License-Identifier: MIT
/*
 * Calls about the guest's own handlers: exceptions, upcalls, its kernel stack, and the way back.
 */
#include "abi/trap.h"

#include "call/call.h"
#include "core/vcpu.h"
#include "x86/guest_access.h"

#define TRAP_FLAGS (PV_TRAP_MASK_EVENTS | PV_TRAP_USER)

/* The second word of a struct pv_trap. */
#define TRAP_VECTOR(word)   ((word)&0xff)
#define TRAP_FLAGS_OF(word) ((word) >> 8)

HANDLER int64_t call_trap_set(uint64_t trap)
{
    struct vcpu *vcpu = vcpu_current();
    uint64_t handler, word, vector, flags;

    if (!guest_read_pair(gva(trap), &handler, &word)) {
        return -PV_E_FAULT;
    }
    vector = TRAP_VECTOR(word);
    flags = TRAP_FLAGS_OF(word);
    if (vector >= PV_TRAP_LIMIT || (flags & ~(uint64_t)TRAP_FLAGS) != 0) {
        return -PV_E_INVALID;
    }
    vcpu->gates[vector] = (struct gate){
        .handler = handler,
        .mask_events = (flags & PV_TRAP_MASK_EVENTS) != 0,
        .user = (flags & PV_TRAP_USER) != 0,
    };
    vcpu->entry.fast_traps[vector] = (flags & PV_TRAP_MASK_EVENTS) != 0 ? 0 : handler;
    return 0;
}

HANDLER int64_t call_event_entry_set(uint64_t entry)
{
    if (!guest_address_ok(gva(entry))) {
        return -PV_E_INVALID;
    }
    vcpu_current()->event_entry = entry;
    return 0;
}

HANDLER int64_t call_kernel_stack_set(uint64_t stack)
{
    if (!guest_address_ok(gva(stack))) {
        return -PV_E_INVALID;
    }
    vcpu_current()->kernel_stack = stack;
    return 0;
}

HANDLER int64_t call_exception_return(void)
{
    vcpu_attention(vcpu_current(), ATTENTION_RETURN);
    return 0;
}

HANDLER int64_t call_event_deliver(void)
{
    vcpu_attention(vcpu_current(), ATTENTION_EVENT);
    return 0;
}
