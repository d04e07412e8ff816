// SPDX-License-Identifier: MIT
// Power off and reset, from the FADT and the DSDT. There is no AML interpreter: the one object that is
// needed, the package _S5_, is constant in practice and is found by its encoding. Every byte is checked
// against the end of the table.
#include "lib/acpi.h"

#include "lib/acpi_format.h"
#include "lib/string.h"

#include <stddef.h>

// AML, section 20.2.
enum aml {
    AML_ZERO = 0x00,
    AML_ONE = 0x01,
    AML_NAME = 0x08,
    AML_BYTE = 0x0a,
    AML_WORD = 0x0b,
    AML_DWORD = 0x0c,
    AML_PACKAGE = 0x12,
    AML_ROOT = '\\',
};

// A position in AML code that never passes `end`; `bad` once something did not fit.
struct aml_reader {
    const uint8_t *at;
    const uint8_t *end;
    bool bad;
};

static uint8_t aml_byte(struct aml_reader *reader)
{
    if (reader->at == reader->end) {
        reader->bad = true;
        return 0;
    }
    return *reader->at++;
}

// Reads a package's length (20.2.4) and narrows the reader to the package. The length counts its own bytes.
static void aml_enter(struct aml_reader *reader)
{
    const uint8_t *start = reader->at;
    uint8_t lead = aml_byte(reader);
    uint32_t more = lead >> 6;
    uint32_t length = more != 0 ? lead & 15 : lead & 63;

    for (uint32_t i = 0; i < more; i++)
        length |= (uint32_t)aml_byte(reader) << (4 + 8 * i);
    if (reader->bad || length <= more || length > (uint64_t)(reader->end - start))
        reader->bad = true;
    else
        reader->end = start + length;
}

// Reads a constant integer (20.2.3).
static uint32_t aml_integer(struct aml_reader *reader)
{
    uint8_t opcode = aml_byte(reader);
    uint32_t value = 0;

    if (opcode == AML_ZERO || opcode == AML_ONE)
        return opcode;
    if (opcode < AML_BYTE || opcode > AML_DWORD) {
        reader->bad = true;
        return 0;
    }
    for (uint32_t i = 0; i < 1u << (opcode - AML_BYTE); i++)
        value |= (uint32_t)aml_byte(reader) << 8 * i;
    return value;
}

// Reads what follows the name _S5_: a package whose first two elements are sleep types, of 3 bits each
// (7.4.2).
static bool sleep_types_read(const uint8_t *at, const uint8_t *end, struct acpi_power *power)
{
    struct aml_reader reader = {.at = at, .end = end};

    if (aml_byte(&reader) != AML_PACKAGE)
        return false;
    aml_enter(&reader);
    uint8_t elements = aml_byte(&reader);
    uint32_t a = aml_integer(&reader);
    uint32_t b = aml_integer(&reader);

    if (reader.bad || elements < 2 || a > 7 || b > 7)
        return false;
    power->sleep_type_a = (uint8_t)a;
    power->sleep_type_b = (uint8_t)b;
    return true;
}

// True if the four letters at `at` are the name in a declaration Name (_S5_, ...) or Name (\_S5_, ...).
static bool name_is_declared(const uint8_t *code, const uint8_t *at)
{
    if (memcmp(at, "_S5_", 4) != 0)
        return false;
    return at[-1] == AML_NAME || (at - code >= 2 && at[-1] == AML_ROOT && at[-2] == AML_NAME);
}

static bool sleep_types_find(const uint8_t *table, uint32_t length, struct acpi_power *power)
{
    const uint8_t *code = table + sizeof(struct acpi_table_head);
    const uint8_t *end = table + length;

    for (const uint8_t *at = code + 1; at < end && end - at >= 4; at++) {
        if (name_is_declared(code, at) && sleep_types_read(at + 4, end, power))
            return true;
    }
    return false;
}

// A port that is given twice: in the newer form if that is set and a port, else in the older one. 0 if there
// is none.
static uint16_t port_choose(const struct acpi_address *newer, uint32_t older)
{
    uint64_t port = newer->space == ACPI_SPACE_PORTS && newer->address != 0 ? newer->address : older;

    return port <= UINT16_MAX ? (uint16_t)port : 0;
}

static void off_read(const struct acpi *acpi, const struct acpi_fadt *fadt, struct acpi_power *power)
{
    uint32_t length;
    const uint8_t *dsdt = acpi_table_at(acpi, fadt->x_dsdt, "DSDT", &length);

    if (dsdt == NULL)
        dsdt = acpi_table_at(acpi, fadt->dsdt, "DSDT", &length);
    power->pm1a_control = port_choose(&fadt->x_pm1a_control, fadt->pm1a_control);
    power->pm1b_control = port_choose(&fadt->x_pm1b_control, fadt->pm1b_control);
    power->smi_command = fadt->smi_command <= UINT16_MAX ? (uint16_t)fadt->smi_command : 0;
    power->acpi_enable = fadt->acpi_enable;
    power->off_present = power->pm1a_control != 0 && dsdt != NULL && sleep_types_find(dsdt, length, power);
}

bool acpi_power_read(const struct acpi *acpi, struct acpi_power *power)
{
    uint32_t length;
    const uint8_t *table = acpi_table(acpi, "FACP", &length);
    struct acpi_fadt fadt = {0};

    *power = (struct acpi_power){0};
    if (table == NULL)
        return false;
    memcpy(&fadt, table, length < sizeof(fadt) ? length : sizeof(fadt));
    off_read(acpi, &fadt, power);
    power->reset = (struct acpi_reset){
        .present = (fadt.flags & ACPI_FADT_RESET_SUPPORTED) != 0 && fadt.reset.address != 0,
        .address_space = fadt.reset.space,
        .value = fadt.reset_value,
        .address = fadt.reset.address,
    };
    return power->off_present || power->reset.present;
}
