// SPDX-License-Identifier: MIT
// The operations of the group channel by hypercalls: regions that the loader has mapped, and ports that it
// has bound.
#ifndef PV_PVOPS_CHANNEL_CALL_H
#define PV_PVOPS_CHANNEL_CALL_H

#include "abi/vcpu.h"
#include "pvops/pvops.h"

// Masks all, as they are at first.
void channel_call_start(void);

// Operations of struct pvops.
unsigned channel_call_count(void);
void channel_call_describe(unsigned channel, struct pv_channel *description);
bool channel_call_is_connected(unsigned channel);
void channel_call_send(unsigned channel);
void channel_call_mask(unsigned channel);
void channel_call_unmask(unsigned channel);

// Part of an upcall: calls kernel_channel() for each channel at whose port something came, if this is the
// virtual CPU to which that is bound.
void channel_call_dispatch(volatile struct pv_vcpu_page *page);

#endif
