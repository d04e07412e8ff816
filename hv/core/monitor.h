// SPDX-License-Identifier: MIT
/*
 * The hypervisor's own console.
 */
#ifndef PV_CORE_MONITOR_H
#define PV_CORE_MONITOR_H

#include <stdint.h>

/** Shows the prompt, with what was typed so far. */
void monitor_prompt(void);

/** Takes a byte that was typed for the hypervisor. */
void monitor_key(uint8_t byte);

#endif
