// SPDX-License-Identifier: MIT
/*
 * Makes the image fit a processor without SMAP.
 */
#include "x86/smap.h"

#include "lib/string.h"

#include <stdint.h>

extern const uint64_t smap_sites_start[], smap_sites_end[];

static const uint8_t no_operation[3] = {0x0f, 0x1f, 0x00};

void smap_remove(void)
{
    for (const uint64_t *site = smap_sites_start; site < smap_sites_end; site++) {
        memcpy((void *)*site, no_operation, sizeof(no_operation));
    }
}
