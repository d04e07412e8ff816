// SPDX-License-Identifier: MIT
// Instructions that may fault on purpose: each names where execution goes on if it does. entry.c looks an
// exception's address up in the table before the kernel hears of it.
#ifndef PV_PVOPS_FIXUP_H
#define PV_PVOPS_FIXUP_H

#include <stdint.h>

struct pv_fixup {
    uint64_t access; // address of the instruction that may fault
    uint64_t resume; // where to go on
};

// For inline assembly: an entry of the table. Both arguments are labels, as strings.
#define PV_FIXUP(access, resume)                                                                             \
    ".pushsection pv_fixups, \"a\"\n"                                                                        \
    ".balign 8\n"                                                                                            \
    ".quad " access ", " resume "\n"                                                                         \
    ".popsection\n"

// The linker names the two ends of a section whose name is an identifier.
extern const struct pv_fixup __start_pv_fixups[];
extern const struct pv_fixup __stop_pv_fixups[];

#endif
