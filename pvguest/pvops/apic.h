// SPDX-License-Identifier: MIT
// The local interrupt controller of each processor (Intel SDM volume 3, chapter 11), as far as processors
// call one another by it. The machine's other interrupts come through the PC's controllers.
#ifndef PV_PVOPS_APIC_H
#define PV_PVOPS_APIC_H

#include <stdint.h>

// What one processor can send to another, beside a vector.
enum apic_message { APIC_INIT = 0x4500, APIC_STARTUP = 0x4600 };

// Finds the controllers, in memory or, where the firmware has left them so, in registers; turns this
// processor's on. The first time on the first processor.
void apic_start(void);

// This processor's identifier.
uint32_t apic_id(void);

// Sends a vector or a message to the processor with an identifier. To APIC_STARTUP the number of the page is
// added at which that one starts.
void apic_send(uint32_t id, uint32_t message);

// Ends the interrupt that another processor sent.
void apic_end(void);

#endif
