// SPDX-License-Identifier: MIT
// The ACPI tables and the way to them. A table is mapped as a whole and its checksum verified before anything
// in it is used. Fields are copied out, since nothing is aligned.
#include "lib/acpi.h"

#include "lib/acpi_format.h"
#include "lib/string.h"

#include <stddef.h>

// No table is larger than this, in bytes: bounds the work that a hostile length causes.
#define TABLE_LIMIT (16u << 20)

static bool checksum_holds(const uint8_t *bytes, uint64_t size)
{
    uint8_t sum = 0;

    for (uint64_t i = 0; i < size; i++)
        sum = (uint8_t)(sum + bytes[i]);
    return sum == 0;
}

// Maps the whole table at a physical address if its signature is the wanted one and its checksum holds.
static const uint8_t *table_map(physical_map *map, uint64_t physical, const char *signature, uint32_t *length)
{
    struct acpi_table_head head;
    const uint8_t *table = map(physical, sizeof(head));

    if (table == NULL)
        return NULL;
    memcpy(&head, table, sizeof(head));
    if (memcmp(head.signature, signature, 4) != 0 || head.length < sizeof(head) || head.length > TABLE_LIMIT)
        return NULL;
    table = map(physical, head.length);
    if (table == NULL || !checksum_holds(table, head.length))
        return NULL;
    *length = head.length;
    return table;
}

bool acpi_open(struct acpi *acpi, const void *rsdp, uint32_t size, physical_map *map)
{
    struct acpi_root_pointer root = {0};

    *acpi = (struct acpi){.map = map};
    if (rsdp == NULL || size < ACPI_ROOT_POINTER_OLD)
        return false;
    memcpy(&root, rsdp, size < sizeof(root) ? size : sizeof(root));
    if (memcmp(root.signature, "RSD PTR ", 8) != 0 || !checksum_holds(rsdp, ACPI_ROOT_POINTER_OLD))
        return false;
    if (root.revision >= 2 && size >= sizeof(root) && root.xsdt != 0 && checksum_holds(rsdp, sizeof(root))) {
        acpi->entry_size = 8;
        acpi->root = table_map(map, root.xsdt, "XSDT", &acpi->root_size);
    }
    if (acpi->root == NULL) {
        acpi->entry_size = 4;
        acpi->root = table_map(map, root.rsdt, "RSDT", &acpi->root_size);
    }
    return acpi->root != NULL;
}

const uint8_t *acpi_table(const struct acpi *acpi, const char *signature, uint32_t *length)
{
    uint32_t offset = sizeof(struct acpi_table_head);

    for (; acpi->root != NULL && acpi->root_size - offset >= acpi->entry_size; offset += acpi->entry_size) {
        uint64_t physical = 0;

        memcpy(&physical, acpi->root + offset, acpi->entry_size);
        const uint8_t *table = table_map(acpi->map, physical, signature, length);

        if (table != NULL)
            return table;
    }
    return NULL;
}

const uint8_t *acpi_table_at(const struct acpi *acpi, uint64_t physical, const char *signature,
                             uint32_t *length)
{
    return physical != 0 ? table_map(acpi->map, physical, signature, length) : NULL;
}
