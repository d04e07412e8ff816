// SPDX-License-Identifier: MIT
// The few facts that a hypervisor needs from the firmware's ACPI tables: processors, interrupt controllers,
// and how to turn the machine off or reset it. Tables are used only when signature, length and checksum hold;
// they are hostile all the same. Source: ACPI Specification 6.4, chapters 5 and 20.
#ifndef PV_LIB_ACPI_H
#define PV_LIB_ACPI_H

#include "lib/physical.h"

#include <stdbool.h>
#include <stdint.h>

#define ACPI_MAX_PROCESSORS 64
#define ACPI_MAX_IO_APICS   8
#define ACPI_ISA_IRQS       16

// The root of the tables: an RSDT (entries of 4 bytes) or XSDT (8 bytes), checked.
struct acpi {
    physical_map *map;
    const uint8_t *root;
    uint32_t root_size; // in bytes, with its head
    uint32_t entry_size;
};

struct acpi_io_apic {
    uint32_t id;
    uint32_t address;  // physical
    uint32_t gsi_base; // the first global system interrupt that it takes
};

enum acpi_irq_flags {
    ACPI_IRQ_LOW = 1,   // active low; else high
    ACPI_IRQ_LEVEL = 2, // level-triggered; else edge
};

struct acpi_isa_irq {
    uint32_t gsi;
    uint32_t flags; // of enum acpi_irq_flags
};

struct acpi_machine {
    uint64_t local_apic;      // physical address
    uint32_t processor_count; // those that are enabled, the first 64; 0 if the firmware does not tell
    uint32_t processor_ids[ACPI_MAX_PROCESSORS]; // APIC or x2APIC ids
    uint32_t io_apic_count;
    struct acpi_io_apic io_apics[ACPI_MAX_IO_APICS];
    struct acpi_isa_irq isa_irqs[ACPI_ISA_IRQS]; // where each ISA interrupt arrives
};

struct acpi_reset {
    bool present;
    uint8_t address_space; // 0 memory, 1 ports, 2 PCI configuration: section 5.2.3.2
    uint8_t value;         // to be written to
    uint64_t address;
};

// To power off: write `sleep_type_a` << 10 | 1 << 13 to the 16-bit port `pm1a_control`, and the same with b
// where `pm1b_control` is not 0 (section 4.8.3.2). Where `smi_command` is not 0 and bit 0 of the port
// pm1a_control reads as 0, writing `acpi_enable` to that port first puts the machine into ACPI mode.
struct acpi_power {
    bool off_present; // pm1a_control and the sleep types are valid
    uint16_t pm1a_control;
    uint16_t pm1b_control; // 0 if there is none
    uint8_t sleep_type_a;
    uint8_t sleep_type_b;
    uint8_t acpi_enable;
    uint16_t smi_command; // port, 0 if there is none
    struct acpi_reset reset;
};

// Opens the tables by the `size` bytes of a root pointer at `rsdp` (may be NULL). False if that or the table
// it leads to is malformed or out of reach; `*acpi` is then empty and may still be given to the other
// functions, which find nothing.
bool acpi_open(struct acpi *acpi, const void *rsdp, uint32_t size, physical_map *map);

// Finds a table by the four letters of its signature. Returns it, checked, and its length in bytes with the
// 36 bytes of its head; NULL if there is none.
const uint8_t *acpi_table(const struct acpi *acpi, const char *signature, uint32_t *length);

// Reads the MADT (section 5.2.12). Without one: the customary local APIC address, no processor, no I/O APIC,
// and ISA interrupts that arrive where the standard says by default. False if there was none or it is
// malformed part of the way.
bool acpi_machine_read(const struct acpi *acpi, struct acpi_machine *machine);

// Reads the FADT (section 5.2.9) and the DSDT's package _S5_ (sections 7.4.2 and 20.2). What is missing is
// marked so. False if there is neither a way to power off nor one to reset.
bool acpi_power_read(const struct acpi *acpi, struct acpi_power *power);

#endif
