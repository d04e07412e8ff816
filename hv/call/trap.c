// SPDX-License-Identifier: MIT
/*
 * Calls about the guest's own handlers: exceptions, upcalls, its kernel stack, and the way back.
 */
#include "abi/trap.h"

#include "call/call.h"
#include "core/vcpu.h"
#include "x86/guest_access.h"

HANDLER int64_t call_trap_set(uint64_t trap)
{
    struct trap __seg_gs *slot;
    uint64_t handler, word;

    if (!guest_read_pair(gva(trap), &handler, &word)) {
        return -PV_E_FAULT;
    }
    if (!vcpu_trap_ok(word)) {
        return -PV_E_INVALID;
    }
    slot = &VCPU_HERE->entry.traps[(uint8_t)word]; // cppcheck-suppress nullPointer
    vcpu_trap_fill(slot, handler, word);
    return 0;
}

/* The fast path goes there with SYSRET, as with that of a system call. */
HANDLER int64_t call_event_entry_set(uint64_t entry)
{
    struct vcpu *vcpu = vcpu_current();

    if (!guest_address_ok(gva(entry))) {
        return -PV_E_INVALID;
    }
    vcpu->event_entry = entry;
    vcpu->entry.upcall_entry = guest_address_canonical(gva(entry)) ? entry : 0;
    return 0;
}

HANDLER int64_t call_kernel_stack_set(uint64_t stack)
{
    if (!guest_address_ok(gva(stack))) {
        return -PV_E_INVALID;
    }
    vcpu_kernel_stack_move(vcpu_current(), stack);
    return 0;
}

/* SYSRET goes there from ring 0: at an address that is not canonical it would fault before it has left. */
HANDLER int64_t call_syscall_entry_set(uint64_t entry)
{
    struct vcpu *vcpu;

    if (!guest_address_canonical(gva(entry))) {
        return -PV_E_INVALID;
    }
    vcpu = vcpu_current();
    vcpu_kernel_entry_set(vcpu, vcpu->entry.kernel_stack, entry);
    return 0;
}

HANDLER int64_t call_user_return(void)
{
    vcpu_attention(vcpu_current(), ATTENTION_USER);
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
