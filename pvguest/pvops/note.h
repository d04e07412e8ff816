// SPDX-License-Identifier: MIT
// The ELF note with which this guest asks for what it needs.
#ifndef PV_PVOPS_NOTE_H
#define PV_PVOPS_NOTE_H

#include "abi/start.h"

// A note as the ELF file holds it (System V ABI, chapter 5, note section): name and descriptor are padded to
// four bytes.
struct pv_elf_note {
    uint32_t name_size;
    uint32_t descriptor_size;
    uint32_t type;
    char name[(sizeof(PV_NOTE_NAME) + 3) / 4 * 4];
    struct pv_note descriptor;
};
_Static_assert(offsetof(struct pv_elf_note, descriptor) == 24, "no padding before the descriptor");

extern const struct pv_elf_note pv_note;

#endif
