// SPDX-License-Identifier: MIT
/*
 * Calls of a domain about itself.
 */
#include "core/domain.h"

#include "call/call.h"
#include "x86/guest_access.h"

HANDLER int64_t call_exit(uint64_t reason)
{
    domain_end(vcpu_current()->domain, reason != 0, "exit, reason %lu", reason);
    return 0;
}

HANDLER int64_t call_vcpu_counts(uint64_t counts)
{
    const struct vcpu *vcpu = vcpu_current();
    struct vcpu_counts counted = vcpu_counts(vcpu);
    struct pv_vcpu_counts copy = {
        .calls = counted.calls,
        .traps = counted.traps,
        .emulated = vcpu->count_emulated,
        .interrupts = vcpu->count_interrupts,
        .upcalls = counted.events,
        .root_loads = vcpu->entry.count_root_loads + vcpu->entry.count_fast_syscalls +
                      vcpu->entry.count_fast_traps + vcpu->entry.count_fast_returns,
        .syscalls = vcpu->entry.count_fast_syscalls + vcpu->count_syscalls,
    };

    return guest_write(gva(counts), &copy, sizeof(copy)) ? 0 : -PV_E_FAULT;
}
