// SPDX-License-Identifier: MIT
/*
 * Starting the machine's further processors.
 */
#ifndef PV_BOOT_PROCESSORS_H
#define PV_BOOT_PROCESSORS_H

#include <stdbool.h>

#include "lib/acpi.h"
#include "x86/processor.h"

/**
 * Maps stacks and descriptors for the processor that executes this, loads its tables, and gives it its idle
 * virtual CPU, which is what it runs from now on. Returns false when there is no memory for that.
 */
bool processor_begin(struct processor *processor);

/**
 * Starts every other processor that ACPI lists, one after the other, and says of which it could not. Each
 * waits for something to run.
 * @page     a page below 1 MiB that nobody uses, by its machine address; 0 if there is none
 */
void processors_start(const struct acpi_machine *machine, uint64_t page);

#endif
