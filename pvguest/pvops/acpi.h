// SPDX-License-Identifier: MIT
// What the firmware's ACPI tables say of processors (ACPI specification 6.4, chapter 5).
#ifndef PV_PVOPS_ACPI_H
#define PV_PVOPS_ACPI_H

#include <stdint.h>

// The identifiers of the processors that can be used, by the root pointer (RSDP) or a copy of it; up to
// `limit` of them. Returns how many; 0 where the tables are not there or not whole.
unsigned acpi_processors(const void *root_pointer, uint32_t *ids, unsigned limit);

#endif
