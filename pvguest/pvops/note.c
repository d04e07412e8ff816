// SPDX-License-Identifier: MIT
// The note. Only what a guest cannot do without stands in `features`: emulation is needed in one mode alone,
// and the hypervisor that offers that mode offers the emulation.
#include "pvops/note.h"

#include "abi/call.h"
#include "pvops/backend.h"
#include "pvops/native.h"

__attribute__((section(".note.paravane"), used, aligned(8))) const struct pv_elf_note pv_note = {
    .name_size = sizeof(PV_NOTE_NAME),
    .descriptor_size = sizeof(struct pv_note),
    .type = PV_NOTE_TYPE,
    .name = PV_NOTE_NAME,
    .descriptor =
        {
            .version = PV_VERSION,
            .features = PV_FEATURE_CONSOLE | PV_FEATURE_TIMER,
            .entry = (uintptr_t)entry_start,
            .physmap = NATIVE_PHYSMAP,
            .window = (uintptr_t)pv_entry_page,
        },
};
