// SPDX-License-Identifier: MIT
// Processors under a hypervisor, in both modes: virtual CPUs of this domain.
#include "pvops/processor_call.h"

#include "abi/vcpu.h"
#include "pvops/backend.h"
#include "pvops/paging.h"
#include "pvops/processor.h"
#include "pvops/stubs.h"

struct pv_trap processor_call_traps[PV_VECTOR_EXCEPTIONS];

bool processor_call_start(unsigned number, void *top)
{
    uint64_t root = pvop_cpu_read_cr3();
    struct pv_vcpu_state state = {
        .rip = (uintptr_t)entry_processor,
        .rsp = (uintptr_t)top,
        .argument = number,
        .kernel_root = pv_machine_address(root),
        .user_root = paging_user_root(root),
        .kernel_stack = (uintptr_t)top,
        .event_entry = (uintptr_t)entry_stubs[PV_VECTOR_EXCEPTIONS],
        .syscall_entry = (uintptr_t)entry_syscall_call,
        .traps = (uintptr_t)processor_call_traps,
        .trap_count = PV_VECTOR_EXCEPTIONS,
    };

    return pv_processor_prepare(number, top) && pv_vcpu_start(number, (uintptr_t)&state) == 0;
}

void processor_call_send(unsigned number)
{
    pv_vcpu_send(number);
}
