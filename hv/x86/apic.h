// SPDX-License-Identifier: MIT
/*
 * The local APIC, its timer, and the routing of the machine's interrupts through the I/O APICs.
 */
#ifndef PV_X86_APIC_H
#define PV_X86_APIC_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/acpi.h"

/**
 * Turns the local APIC on, with its timer one-shot and silent.
 * @machine  what ACPI says of the interrupt controllers; the I/O APICs are mapped, every input masked
 * Returns false when device registers cannot be mapped.
 */
bool apic_open(const struct acpi_machine *machine);

/** Turns on the local APIC of a further processor, in the mode of the first. */
void apic_join(void);

/** The identifier of this processor's local APIC. */
uint32_t apic_id(void);

/** Whether a processor's APIC can be called by its identifier: those above 254 only in x2APIC mode. */
bool apic_reaches(uint32_t id);

/* What one processor can send to another (Intel SDM vol. 3, 11.6.1): a vector, or one of these. */
enum apic_message { APIC_NMI = 0x400, APIC_INIT = 0x500, APIC_STARTUP = 0x600 };

/**
 * Sends an interrupt to a processor, by its APIC's identifier. Returns when it is on its way.
 * @message  a vector, or one of enum apic_message; to APIC_STARTUP the page at which it is to start is added
 */
void apic_send(uint32_t id, uint32_t message);

/** Sends an ISA interrupt, 0 to 15, to this processor as a vector. Returns false if no I/O APIC takes it. */
bool apic_route(unsigned irq, uint8_t vector);

/** Ends the interrupt that is being served. */
void apic_end(void);

/** Starts the timer: it interrupts once after `ticks` of the APIC's clock; 0 stops it. */
void apic_timer_start(uint32_t ticks);

/** What is left of the timer's count. */
uint32_t apic_timer_left(void);

#endif
