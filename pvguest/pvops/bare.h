// SPDX-License-Identifier: MIT
// Operations that are the same for the two backends which speak to a machine, be it bare or emulated:
// privileged instructions and the devices of a PC.
#ifndef PV_PVOPS_BARE_H
#define PV_PVOPS_BARE_H

#include <stdbool.h>
#include <stdint.h>

// Operations of struct pvops by the same names.
void bare_yield(void);
__attribute__((noreturn)) void bare_end(uint8_t reason);
bool bare_fs_base_set(uint64_t base);
void bare_dispatch(unsigned vector);
void bare_timer_set(uint64_t deadline);

#endif
