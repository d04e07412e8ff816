// SPDX-License-Identifier: MIT
// No channels: the bare machine has nobody beside it, and the PC that a guest with trapping instructions sees
// has no interrupt by which it could be called.
#include "pvops/channel_none.h"

unsigned channel_none_count(void)
{
    return 0;
}

void channel_none_describe(unsigned channel, struct pv_channel *description)
{
    (void)channel;
    *description = (struct pv_channel){.name = ""};
}

bool channel_none_is_connected(unsigned channel)
{
    (void)channel;
    return false;
}

void channel_none_do(unsigned channel)
{
    (void)channel;
}
