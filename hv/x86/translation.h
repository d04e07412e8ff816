// SPDX-License-Identifier: MIT
/*
 * The machine-to-pseudo-physical table, which guests read at PV_MACHINE_TO_PHYSICAL. The hypervisor never
 * relies on it.
 */
#ifndef PV_X86_TRANSLATION_H
#define PV_X86_TRANSLATION_H

#include <stdint.h>

#include "abi/mmu.h"
#include "mm/address.h"
#include "x86/layout.h"

/** States which pseudo-physical frame a machine frame is; PV_FRAME_NONE for none. Only for frames of memory.
 */
static inline void translation_set(mfn_t frame, uint32_t physical)
{
    ((uint32_t *)TRANSLATION)[frame.number] = physical;
}

#endif
