// SPDX-License-Identifier: MIT
// The operations of the group channel for a machine that has none.
#ifndef PV_PVOPS_CHANNEL_NONE_H
#define PV_PVOPS_CHANNEL_NONE_H

#include "pvops/pvops.h"

// Operations of struct pvops. But for the first, there is no number to call one with.
unsigned channel_none_count(void);
void channel_none_describe(unsigned channel, struct pv_channel *description);
bool channel_none_is_connected(unsigned channel);
void channel_none_do(unsigned channel);

#endif
