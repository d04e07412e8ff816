// SPDX-License-Identifier: MIT
// The layouts of ACPI that the readers of tables share. Packed, as they lie in memory at any alignment: copy
// them out. Source: ACPI Specification 6.4, sections 5.2.3 to 5.2.12. Only the acpi*.c files, and their
// tests, include this.
#ifndef PV_LIB_ACPI_FORMAT_H
#define PV_LIB_ACPI_FORMAT_H

#include "lib/acpi.h"

#include <stdint.h>

// Root pointer (5.2.5.3); ACPI 1.0 has only the first 20 bytes, and the first checksum covers those.
struct acpi_root_pointer {
    char signature[8]; // "RSD PTR "
    uint8_t checksum;
    char oem[6];
    uint8_t revision;
    uint32_t rsdt;
    uint32_t length;
    uint64_t xsdt;
    uint8_t extended_checksum;
    uint8_t reserved[3];
} __attribute__((packed));
_Static_assert(sizeof(struct acpi_root_pointer) == 36, "5.2.5.3");

#define ACPI_ROOT_POINTER_OLD 20u

// Head of every table (5.2.6).
struct acpi_table_head {
    char signature[4];
    uint32_t length; // with this head
    uint8_t revision;
    uint8_t checksum;
    char oem[6];
    char oem_table[8];
    uint32_t oem_revision;
    uint32_t creator;
    uint32_t creator_revision;
} __attribute__((packed));
_Static_assert(sizeof(struct acpi_table_head) == 36, "5.2.6");

// Generic address (5.2.3.2).
struct acpi_address {
    uint8_t space; // 0 memory, 1 ports
    uint8_t bit_width;
    uint8_t bit_offset;
    uint8_t access_size;
    uint64_t address;
} __attribute__((packed));
_Static_assert(sizeof(struct acpi_address) == 12, "5.2.3.2");

enum {
    ACPI_SPACE_PORTS = 1,
};

// FADT (5.2.9) up to the last field in use. Older revisions are shorter; what they lack counts as 0.
struct acpi_fadt {
    struct acpi_table_head head;
    uint32_t facs;
    uint32_t dsdt;
    uint8_t unused_44[4];
    uint32_t smi_command;
    uint8_t acpi_enable;
    uint8_t unused_53[11];
    uint32_t pm1a_control;
    uint32_t pm1b_control;
    uint8_t unused_72[40];
    uint32_t flags;
    struct acpi_address reset;
    uint8_t reset_value;
    uint8_t unused_129[11];
    uint64_t x_dsdt;
    uint8_t unused_148[24];
    struct acpi_address x_pm1a_control;
    struct acpi_address x_pm1b_control;
} __attribute__((packed));
_Static_assert(__builtin_offsetof(struct acpi_fadt, pm1a_control) == 64, "table 5.33");
_Static_assert(__builtin_offsetof(struct acpi_fadt, flags) == 112, "table 5.33");
_Static_assert(__builtin_offsetof(struct acpi_fadt, x_dsdt) == 140, "table 5.33");
_Static_assert(sizeof(struct acpi_fadt) == 196, "table 5.33");

#define ACPI_FADT_RESET_SUPPORTED (1u << 10)

// MADT (5.2.12): this, then entries.
struct acpi_madt {
    struct acpi_table_head head;
    uint32_t local_apic;
    uint32_t flags;
} __attribute__((packed));
_Static_assert(sizeof(struct acpi_madt) == 44, "5.2.12");

enum acpi_madt_type {
    ACPI_MADT_LOCAL_APIC = 0,
    ACPI_MADT_IO_APIC = 1,
    ACPI_MADT_OVERRIDE = 2,
    ACPI_MADT_ADDRESS = 5,
    ACPI_MADT_X2APIC = 9,
};

// Entries of the MADT: 5.2.12.2, .3, .5, .8, .12.
struct acpi_madt_local_apic {
    uint8_t type, length;
    uint8_t processor;
    uint8_t id;
    uint32_t flags; // bit 0: enabled
} __attribute__((packed));

struct acpi_madt_io_apic {
    uint8_t type, length;
    uint8_t id;
    uint8_t reserved;
    uint32_t address;
    uint32_t gsi_base;
} __attribute__((packed));

struct acpi_madt_override {
    uint8_t type, length;
    uint8_t bus; // 0: ISA
    uint8_t source;
    uint32_t gsi;
    uint16_t flags; // bits 0-1 polarity (3: low), bits 2-3 trigger (3: level)
} __attribute__((packed));

struct acpi_madt_address {
    uint8_t type, length;
    uint16_t reserved;
    uint64_t address;
} __attribute__((packed));

struct acpi_madt_x2apic {
    uint8_t type, length;
    uint16_t reserved;
    uint32_t id;
    uint32_t flags; // bit 0: enabled
    uint32_t processor;
} __attribute__((packed));

// The table with this signature at a physical address, checked; NULL if the address is 0 or it is not there.
const uint8_t *acpi_table_at(const struct acpi *acpi, uint64_t physical, const char *signature,
                             uint32_t *length);

#endif
