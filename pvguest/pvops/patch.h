// SPDX-License-Identifier: MIT
// Patching call sites, once, at boot.
#ifndef PV_PVOPS_PATCH_H
#define PV_PVOPS_PATCH_H

#include "pvops/pvops.h"

// The text that stands for an operation in line. It finds arguments and leaves its result where a call would,
// changes no other register, and works wherever it is copied to.
struct pv_template {
    size_t operation; // offset in struct pvops
    const char *text;
    const char *end;
};

// Makes of every call site the operation's text, if there is a template that fits, or a direct call of the
// backend's function. Nothing else runs meanwhile.
void pv_sites_patch(const struct pvops *backend, const struct pv_template *templates);

// template.c: the texts of each backend; the last has no text.
extern const struct pv_template templates_native[];
extern const struct pv_template templates_trap[];
extern const struct pv_template templates_hypercall[];
extern const struct pv_template templates_none[];

#endif
