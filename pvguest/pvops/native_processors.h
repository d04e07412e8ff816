// SPDX-License-Identifier: MIT
// The bare machine's processors.
#ifndef PV_PVOPS_NATIVE_PROCESSORS_H
#define PV_PVOPS_NATIVE_PROCESSORS_H

#include <stdbool.h>
#include <stdint.h>

// Takes note of the processors of ACPI, by the root pointer that the boot loader gave. Returns how many there
// are: 1 where there is nothing else to go by.
unsigned native_processors_find(const void *root_pointer);

// Takes note of a range of memory that nobody uses: from a page of it below 1 MiB processors start.
void native_processors_memory(uint64_t start, uint64_t end);

// The operations of the group smp.
bool native_processor_start(unsigned number, void *top);
void native_processor_send(unsigned number);
void native_processor_begin(unsigned number);

#endif
