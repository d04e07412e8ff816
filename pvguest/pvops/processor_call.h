// SPDX-License-Identifier: MIT
// The operations of the group smp under a hypervisor, in both modes.
#ifndef PV_PVOPS_PROCESSOR_CALL_H
#define PV_PVOPS_PROCESSOR_CALL_H

#include <stdbool.h>

#include "abi/trap.h"
#include "pvops/frame.h"

// Handlers of exceptions, as the first processor has set them: the others start with these.
extern struct pv_trap processor_call_traps[PV_VECTOR_EXCEPTIONS];

// Operations of struct pvops.
bool processor_call_start(unsigned number, void *top);
void processor_call_send(unsigned number);

#endif
