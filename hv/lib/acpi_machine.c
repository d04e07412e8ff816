// SPDX-License-Identifier: MIT
// Processors and interrupt controllers, from the MADT. Its entries carry their own lengths; an entry that is
// shorter than its kind or runs past the table ends the reading, and what was read before it stands.
#include "lib/acpi.h"

#include "lib/acpi_format.h"
#include "lib/string.h"

#include <stddef.h>

#define LOCAL_APIC_DEFAULT 0xfee00000u // Intel SDM volume 3, section 10.4.1
#define ENTRY_ENABLED      1u

static void processor_add(struct acpi_machine *machine, uint32_t id, uint32_t flags)
{
    if ((flags & ENTRY_ENABLED) != 0 && machine->processor_count < ACPI_MAX_PROCESSORS)
        machine->processor_ids[machine->processor_count++] = id;
}

static void local_apic_read(struct acpi_machine *machine, const uint8_t *entry)
{
    struct acpi_madt_local_apic apic;

    memcpy(&apic, entry, sizeof(apic));
    processor_add(machine, apic.id, apic.flags);
}

static void x2apic_read(struct acpi_machine *machine, const uint8_t *entry)
{
    struct acpi_madt_x2apic apic;

    memcpy(&apic, entry, sizeof(apic));
    processor_add(machine, apic.id, apic.flags);
}

static void io_apic_read(struct acpi_machine *machine, const uint8_t *entry)
{
    struct acpi_madt_io_apic apic;

    memcpy(&apic, entry, sizeof(apic));
    if (machine->io_apic_count == ACPI_MAX_IO_APICS)
        return;
    machine->io_apics[machine->io_apic_count++] =
        (struct acpi_io_apic){.id = apic.id, .address = apic.address, .gsi_base = apic.gsi_base};
}

// Polarity and trigger are two bits each, of which 3 differs from what an ISA interrupt is by default.
static void override_read(struct acpi_machine *machine, const uint8_t *entry)
{
    struct acpi_madt_override override;
    uint32_t flags = 0;

    memcpy(&override, entry, sizeof(override));
    if (override.bus != 0 || override.source >= ACPI_ISA_IRQS)
        return;
    if ((override.flags & 3) == 3)
        flags |= ACPI_IRQ_LOW;
    if ((override.flags >> 2 & 3) == 3)
        flags |= ACPI_IRQ_LEVEL;
    machine->isa_irqs[override.source] = (struct acpi_isa_irq){.gsi = override.gsi, .flags = flags};
}

static void address_read(struct acpi_machine *machine, const uint8_t *entry)
{
    struct acpi_madt_address address;

    memcpy(&address, entry, sizeof(address));
    machine->local_apic = address.address;
}

// What is known about the kinds of entries; others are skipped.
static const struct entry_kind {
    uint8_t type;
    uint8_t size; // the least that it has
    void (*read)(struct acpi_machine *machine, const uint8_t *entry);
} entry_kinds[] = {
    {ACPI_MADT_LOCAL_APIC, sizeof(struct acpi_madt_local_apic), local_apic_read},
    {ACPI_MADT_IO_APIC, sizeof(struct acpi_madt_io_apic), io_apic_read},
    {ACPI_MADT_OVERRIDE, sizeof(struct acpi_madt_override), override_read},
    {ACPI_MADT_ADDRESS, sizeof(struct acpi_madt_address), address_read},
    {ACPI_MADT_X2APIC, sizeof(struct acpi_madt_x2apic), x2apic_read},
};

// Reads one entry of `length` bytes, all of them inside the table; false if it is too short for its type.
static bool entry_read(struct acpi_machine *machine, const uint8_t *entry, uint8_t length)
{
    for (size_t i = 0; i < sizeof(entry_kinds) / sizeof(entry_kinds[0]); i++) {
        if (entry_kinds[i].type != entry[0])
            continue;
        if (length < entry_kinds[i].size)
            return false;
        entry_kinds[i].read(machine, entry);
    }
    return true;
}

static void machine_default(struct acpi_machine *machine)
{
    *machine = (struct acpi_machine){.local_apic = LOCAL_APIC_DEFAULT};
    for (uint32_t irq = 0; irq < ACPI_ISA_IRQS; irq++)
        machine->isa_irqs[irq].gsi = irq;
}

bool acpi_machine_read(const struct acpi *acpi, struct acpi_machine *machine)
{
    uint32_t length;
    const uint8_t *table = acpi_table(acpi, "APIC", &length);
    struct acpi_madt madt;

    machine_default(machine);
    if (table == NULL || length < sizeof(madt))
        return false;
    memcpy(&madt, table, sizeof(madt));
    machine->local_apic = madt.local_apic;
    for (uint32_t offset = sizeof(madt); offset != length; offset += table[offset + 1]) {
        if (length - offset < 2 || table[offset + 1] < 2 || table[offset + 1] > length - offset)
            return false;
        if (!entry_read(machine, table + offset, table[offset + 1]))
            return false;
    }
    return true;
}
