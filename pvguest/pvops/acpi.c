// SPDX-License-Identifier: MIT
// Reads the table of interrupt controllers (MADT). Tables count only when their sums are right.
#include "pvops/acpi.h"

#include <stdbool.h>
#include <stddef.h>

#include "pvops/native.h"
#include "pvops/paging.h"

enum {
    RSDP_XSDT_REVISION = 2,
    MADT_PROCESSOR = 0,
    MADT_X2APIC = 9,
    PROCESSOR_ENABLED = 1,
    SIGNATURE_MADT = 0x43495041, // "APIC"
};

struct root_pointer {
    char signature[8];
    uint8_t sum;
    char oem[6];
    uint8_t revision;
    uint32_t rsdt;
    uint32_t length;
    uint64_t xsdt;
} __attribute__((packed));

struct table {
    uint32_t signature;
    uint32_t length; // bytes, of all of it
    uint8_t revision, sum;
    char oem[26];
} __attribute__((packed));
_Static_assert(sizeof(struct table) == 36, "the head of a table is 36 bytes");

struct madt {
    struct table head;
    uint32_t address, flags;
} __attribute__((packed));

struct madt_processor {
    uint8_t type, length;
    uint8_t uid, id;
    uint32_t flags;
} __attribute__((packed));

struct madt_x2apic {
    uint8_t type, length;
    uint16_t reserved;
    uint32_t id, flags, uid;
} __attribute__((packed));

static bool sum_is_zero(const void *bytes, uint32_t length)
{
    uint8_t sum = 0;

    for (uint32_t i = 0; i < length; i++)
        sum = (uint8_t)(sum + ((const uint8_t *)bytes)[i]);
    return sum == 0;
}

// A table, if it is in memory that is mapped, and whole.
static const struct table *table_at(uint64_t physical)
{
    const struct table *table = (const struct table *)(uintptr_t)paging_physmap(physical);

    if (physical == 0 || physical >= NATIVE_MEMORY_LIMIT - sizeof *table || table->length < sizeof *table ||
        table->length > NATIVE_MEMORY_LIMIT - physical)
        return NULL;
    return sum_is_zero(table, table->length) ? table : NULL;
}

// The address that an entry of the root table has: 4 or 8 bytes, not aligned.
static uint64_t entry_read(const uint8_t *entry, uint32_t size)
{
    uint64_t address = 0;

    for (uint32_t i = 0; i < size; i++)
        address |= (uint64_t)entry[i] << 8 * i;
    return address;
}

static const struct madt *madt_find(const struct root_pointer *pointer)
{
    bool wide = pointer->revision >= RSDP_XSDT_REVISION && pointer->xsdt != 0;
    const struct table *root = table_at(wide ? pointer->xsdt : pointer->rsdt);
    uint32_t size = wide ? sizeof(uint64_t) : sizeof(uint32_t);

    for (uint32_t at = sizeof *root; root != NULL && at + size <= root->length; at += size) {
        const struct table *table = table_at(entry_read((const uint8_t *)root + at, size));

        if (table != NULL && table->signature == SIGNATURE_MADT)
            return (const struct madt *)table;
    }
    return NULL;
}

// The identifier of an entry's processor; false if it is of none that can be used.
static bool processor_read(const uint8_t *entry, uint8_t length, uint32_t *id)
{
    const struct madt_processor *processor = (const struct madt_processor *)entry;
    const struct madt_x2apic *x2apic = (const struct madt_x2apic *)entry;

    if (entry[0] == MADT_PROCESSOR && length >= sizeof *processor) {
        *id = processor->id;
        return processor->flags & PROCESSOR_ENABLED;
    }
    if (entry[0] == MADT_X2APIC && length >= sizeof *x2apic) {
        *id = x2apic->id;
        return x2apic->flags & PROCESSOR_ENABLED;
    }
    return false;
}

unsigned acpi_processors(const void *root_pointer, uint32_t *ids, unsigned limit)
{
    const struct madt *madt = madt_find(root_pointer);
    unsigned count = 0;
    uint32_t length;

    for (uint32_t at = sizeof *madt; madt != NULL && at + 2 <= madt->head.length; at += length) {
        const uint8_t *entry = (const uint8_t *)madt + at;

        length = entry[1];
        if (length < 2 || length > madt->head.length - at)
            return count;
        if (count < limit && processor_read(entry, (uint8_t)length, &ids[count]))
            count++;
    }
    return count;
}
