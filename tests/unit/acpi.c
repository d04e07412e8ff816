// SPDX-License-Identifier: MIT
// ACPI tables in a small physical memory: what is read from good ones, and that broken ones are not believed.
#include "lib/acpi.h"

#include "guarded.h"
#include "lib/acpi_format.h"

#include <criterion/criterion.h>
#include <string.h>

// Where the tables lie in the machine's memory, which begins at BASE and ends with the DSDT: a reader that
// goes beyond crashes.
enum {
    BASE = 0x7e0000,
    SIZE = 0x600,
    RSDP = 0,
    RSDT = 0x40,
    XSDT = 0x80,
    MADT = 0x100,
    FADT = 0x400,
    DSDT = 0x500
};

static uint8_t memory[SIZE];
static struct acpi acpi;
static uint32_t dsdt_length;
static uint64_t largest_asked; // of memory_map, in bytes

static const void *memory_map(uint64_t physical, uint64_t size)
{
    if (size > largest_asked)
        largest_asked = size;
    if (physical < BASE || physical - BASE > SIZE || size > SIZE - (physical - BASE))
        return NULL;
    return guarded_memory(SIZE) + (physical - BASE);
}

static void checksum_fix(uint8_t *bytes, uint32_t length, uint8_t *checksum)
{
    uint8_t sum = 0;

    for (uint32_t i = 0; i < length; i++)
        sum = (uint8_t)(sum + bytes[i]);
    *checksum = (uint8_t)(*checksum - sum);
}

static void table_seal(uint32_t at, const char *signature, uint32_t length)
{
    memcpy(memory + at, signature, 4);
    memcpy(memory + at + 4, &length, 4);
    checksum_fix(memory + at, length, memory + at + 9);
}

static void rsdp_seal(void)
{
    checksum_fix(memory + RSDP, 20, memory + RSDP + 8);
    checksum_fix(memory + RSDP, 36, memory + RSDP + 32);
}

static void roots_place(void)
{
    const struct acpi_root_pointer root = {
        .signature = "RSD PTR ", .revision = 2, .rsdt = BASE + RSDT, .length = 36, .xsdt = BASE + XSDT};
    const uint32_t narrow[] = {BASE + FADT, BASE + MADT};
    const uint64_t wide[] = {BASE + FADT, BASE + MADT};

    memcpy(memory + RSDP, &root, sizeof(root));
    memcpy(memory + RSDT + 36, narrow, sizeof(narrow));
    memcpy(memory + XSDT + 36, wide, sizeof(wide));
    rsdp_seal();
    table_seal(RSDT, "RSDT", 36 + sizeof(narrow));
    table_seal(XSDT, "XSDT", 36 + sizeof(wide));
}

static void madt_place(const uint8_t *entries, uint32_t size)
{
    const uint32_t local_apic = 0xfee01000;

    memset(memory + MADT, 0, FADT - MADT);
    memcpy(memory + MADT + 36, &local_apic, 4);
    memcpy(memory + MADT + 44, entries, size);
    table_seal(MADT, "APIC", 44 + size);
}

static void fadt_place(const struct acpi_fadt *fadt, uint32_t length)
{
    memset(memory + FADT, 0, DSDT - FADT);
    memcpy(memory + FADT, fadt, sizeof(*fadt));
    table_seal(FADT, "FACP", length);
}

// The DSDT ends where memory ends.
static void dsdt_place(const void *code, uint32_t size)
{
    dsdt_length = 36 + size;
    memset(memory + SIZE - dsdt_length, 0, 36);
    memcpy(memory + SIZE - size, code, size);
    table_seal(SIZE - dsdt_length, "DSDT", dsdt_length);
}

static uint32_t dsdt_address(void)
{
    return BASE + SIZE - dsdt_length;
}

static bool tables_open(void)
{
    memcpy(guarded_memory(SIZE), memory, SIZE);
    return acpi_open(&acpi, guarded_memory(SIZE) + RSDP, 36, memory_map);
}

static const uint8_t madt_entries[] = {
    0, 8,  0, 0,   1,  0, 0,    0,                               // local APIC 0, enabled
    0, 8,  1, 2,   1,  0, 0,    0,                               // local APIC 2, enabled
    0, 8,  2, 4,   0,  0, 0,    0,                               // local APIC 4, not enabled
    9, 16, 0, 0,   0,  1, 0,    0,    1,    0, 0, 0, 3, 0, 0, 0, // x2APIC 256, enabled
    1, 12, 5, 0,   0,  0, 0xc0, 0xfe, 0,    0, 0, 0,             // I/O APIC 5
    2, 10, 0, 0,   2,  0, 0,    0,    0,    0,                   // ISA 0 arrives at 2
    2, 10, 0, 9,   9,  0, 0,    0,    0x0d, 0,                   // ISA 9 level, high
    2, 10, 0, 10,  10, 0, 0,    0,    0x0f, 0,                   // ISA 10 level, low
    2, 10, 0, 200, 1,  0, 0,    0,    0,    0,                   // no such interrupt
    2, 10, 1, 5,   1,  0, 0,    0,    0,    0,                   // another bus
    4, 6,  0, 0,   0,  1,                                        // a kind that is not read
};

static const uint8_t s5_code[] = {0x10, 5, 0x08, '_', 'S',  '5',  '_',  0x12,
                                  8,    4, 0x0a, 5,   0x01, 0x00, 0x00, 0x00};

static struct acpi_fadt fadt;

static void setup(void)
{
    memset(memory, 0, sizeof(memory));
    roots_place();
    madt_place(madt_entries, sizeof(madt_entries));
    dsdt_place(s5_code, sizeof(s5_code));
    fadt = (struct acpi_fadt){
        .dsdt = dsdt_address(),
        .smi_command = 0xb2,
        .acpi_enable = 0xf1,
        .pm1a_control = 0x604,
        .flags = ACPI_FADT_RESET_SUPPORTED,
        .reset = {.space = 1, .bit_width = 8, .address = 0xcf9},
        .reset_value = 0x0f,
    };
    fadt_place(&fadt, 129);
}

TestSuite(acpi, .init = setup);

Test(acpi, processors_and_interrupt_controllers)
{
    struct acpi_machine machine;

    cr_assert(tables_open());
    cr_assert(acpi_machine_read(&acpi, &machine));
    cr_assert_eq(machine.local_apic, 0xfee01000);
    cr_assert_eq(machine.processor_count, 3);
    cr_assert_eq(machine.processor_ids[0], 0);
    cr_assert_eq(machine.processor_ids[1], 2);
    cr_assert_eq(machine.processor_ids[2], 256);
    cr_assert_eq(machine.io_apic_count, 1);
    cr_assert_eq(machine.io_apics[0].id, 5);
    cr_assert_eq(machine.io_apics[0].address, 0xfec00000);
    cr_assert_eq(machine.io_apics[0].gsi_base, 0);
}

Test(acpi, isa_interrupts)
{
    struct acpi_machine machine;

    cr_assert(tables_open());
    cr_assert(acpi_machine_read(&acpi, &machine));
    cr_assert_eq(machine.isa_irqs[0].gsi, 2);
    cr_assert_eq(machine.isa_irqs[0].flags, 0);
    cr_assert_eq(machine.isa_irqs[4].gsi, 4);
    cr_assert_eq(machine.isa_irqs[5].gsi, 5);
    cr_assert_eq(machine.isa_irqs[9].flags, ACPI_IRQ_LEVEL);
    cr_assert_eq(machine.isa_irqs[10].flags, ACPI_IRQ_LEVEL | ACPI_IRQ_LOW);
}

Test(acpi, the_local_apic_may_lie_above_4_gib)
{
    const uint8_t entry[] = {5, 12, 0, 0, 0, 0, 0xe0, 0xfe, 1, 0, 0, 0};
    struct acpi_machine machine;

    madt_place(entry, sizeof(entry));
    cr_assert(tables_open());
    cr_assert(acpi_machine_read(&acpi, &machine));
    cr_assert_eq(machine.local_apic, 0x1fee00000);
}

static void expect_defaults(const struct acpi_machine *machine)
{
    cr_assert_eq(machine->local_apic, 0xfee00000);
    cr_assert_eq(machine->processor_count, 0);
    cr_assert_eq(machine->io_apic_count, 0);
    for (uint32_t i = 0; i < ACPI_ISA_IRQS; i++) {
        cr_assert_eq(machine->isa_irqs[i].gsi, i);
        cr_assert_eq(machine->isa_irqs[i].flags, 0);
    }
}

Test(acpi, without_tables_there_are_the_defaults)
{
    struct acpi_machine machine;
    struct acpi_power power;

    cr_assert_not(acpi_open(&acpi, NULL, 36, memory_map));
    memset(&machine, 0xff, sizeof(machine));
    cr_assert_not(acpi_machine_read(&acpi, &machine));
    expect_defaults(&machine);
    cr_assert_not(acpi_power_read(&acpi, &power));
    cr_assert_not(power.off_present);
    cr_assert_not(power.reset.present);
}

Test(acpi, a_table_with_a_wrong_checksum_is_not_believed)
{
    struct acpi_machine machine;

    memory[MADT + 50]++;
    cr_assert(tables_open());
    cr_assert_not(acpi_machine_read(&acpi, &machine));
    expect_defaults(&machine);
}

Test(acpi, entries_that_lie_about_their_length_end_the_reading)
{
    static const uint8_t lengths[] = {0, 1, 7, 9, 255};
    struct acpi_machine machine;

    for (size_t i = 0; i < sizeof(lengths); i++) {
        for (uint8_t type = 0; type < 5; type += 4) {
            uint8_t entries[16] = {0, 8, 0, 3, 1, 0, 0, 0, type, lengths[i], 1, 4, 1};

            madt_place(entries, sizeof(entries));
            cr_assert(tables_open());
            cr_assert_not(acpi_machine_read(&acpi, &machine), "type %u length %u", type, lengths[i]);
            cr_assert_eq(machine.processor_count, 1);
            cr_assert_eq(machine.processor_ids[0], 3);
        }
    }
}

Test(acpi, an_entry_of_one_byte_at_the_end_is_not_read)
{
    const uint64_t madt = BASE + SIZE - 45;
    struct acpi_machine machine;

    memset(memory + SIZE - 45, 0, 45);
    table_seal(SIZE - 45, "APIC", 45);
    memcpy(memory + XSDT + 36 + 8, &madt, 8);
    table_seal(XSDT, "XSDT", 52);
    cr_assert(tables_open());
    cr_assert_not(acpi_machine_read(&acpi, &machine));
}

Test(acpi, an_override_of_no_isa_interrupt_writes_nothing)
{
    const uint8_t entry[] = {2, 10, 0, ACPI_ISA_IRQS, 7, 7, 7, 7, 0, 0};
    struct {
        struct acpi_machine machine;
        struct acpi_isa_irq behind;
    } area = {.behind = {.gsi = 4711}};

    madt_place(entry, sizeof(entry));
    cr_assert(tables_open());
    cr_assert(acpi_machine_read(&acpi, &area.machine));
    cr_assert_eq(area.behind.gsi, 4711);
}

Test(acpi, more_processors_and_controllers_than_there_is_room_for)
{
    uint8_t entries[720] = {0};
    struct acpi_machine machine;

    for (size_t i = 0; i < 12; i++)
        memcpy(entries + i * 12, "\1\14\0\0\0\0\0\0\0\0\0\0", 12);
    for (size_t i = 0; i < 72; i++)
        memcpy(entries + 144 + i * 8, "\0\10\0\0\1\0\0\0", 8);
    madt_place(entries, sizeof(entries));
    cr_assert(tables_open());
    cr_assert(acpi_machine_read(&acpi, &machine));
    cr_assert_eq(machine.io_apic_count, ACPI_MAX_IO_APICS);
    cr_assert_eq(machine.processor_count, ACPI_MAX_PROCESSORS);
}

Test(acpi, the_older_root_serves_when_the_newer_does_not)
{
    struct acpi_machine machine;

    memory[XSDT + 40]++;
    cr_assert(tables_open());
    cr_assert(acpi_machine_read(&acpi, &machine));
    memory[RSDT + 40]++;
    cr_assert_not(tables_open());
    cr_assert_not(acpi_machine_read(&acpi, &machine));
}

Test(acpi, a_root_shorter_than_its_head_is_not_believed)
{
    for (uint32_t length = 0; length < 36; length++) {
        table_seal(RSDT, "RSDT", length);
        table_seal(XSDT, "XSDT", length);
        cr_assert_not(tables_open());
    }
}

Test(acpi, the_newer_root_is_not_for_acpi_1_0)
{
    struct acpi_machine machine;

    memory[RSDP + 15] = 0;
    rsdp_seal();
    table_seal(XSDT, "XSDT", 36);
    cr_assert(tables_open());
    cr_assert(acpi_machine_read(&acpi, &machine));
}

Test(acpi, an_acpi_1_0_root_pointer)
{
    struct acpi_machine machine;

    memory[RSDP + 15] = 0;
    memset(memory + RSDP + 20, 0xff, 16);
    checksum_fix(memory + RSDP, 20, memory + RSDP + 8);
    memcpy(guarded_memory(SIZE), memory, SIZE);
    cr_assert(acpi_open(&acpi, memory + RSDP, 20, memory_map));
    cr_assert(acpi_machine_read(&acpi, &machine));
    cr_assert_not(acpi_open(&acpi, memory + RSDP, 19, memory_map));
    memory[RSDP + 9]++;
    cr_assert_not(acpi_open(&acpi, memory + RSDP, 20, memory_map));
}

Test(acpi, tables_of_impossible_length_or_out_of_reach_are_skipped)
{
    const uint32_t lengths[] = {0, 35, SIZE, 0x7fffffff, 0xffffffff};
    struct acpi_machine machine;

    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        memcpy(memory + MADT + 4, &lengths[i], 4);
        cr_assert(tables_open());
        cr_assert_not(acpi_machine_read(&acpi, &machine));
    }
    cr_assert_leq(largest_asked, 16 << 20);
    memcpy(memory + XSDT + 36 + 8, "\xf0\xff\xff\xff\xff\xff\xff\xff", 8);
    table_seal(XSDT, "XSDT", 52);
    cr_assert(tables_open());
    cr_assert_not(acpi_machine_read(&acpi, &machine));
}

Test(acpi, power_off_and_reset)
{
    struct acpi_power power;

    cr_assert(tables_open());
    cr_assert(acpi_power_read(&acpi, &power));
    cr_assert(power.off_present);
    cr_assert_eq(power.pm1a_control, 0x604);
    cr_assert_eq(power.pm1b_control, 0);
    cr_assert_eq(power.sleep_type_a, 5);
    cr_assert_eq(power.sleep_type_b, 1);
    cr_assert_eq(power.smi_command, 0xb2);
    cr_assert_eq(power.acpi_enable, 0xf1);
    cr_assert(power.reset.present);
    cr_assert_eq(power.reset.address_space, 1);
    cr_assert_eq(power.reset.address, 0xcf9);
    cr_assert_eq(power.reset.value, 0x0f);
}

Test(acpi, the_newer_fields_win_where_they_are_set)
{
    struct acpi_power power;

    fadt.x_dsdt = fadt.dsdt;
    fadt.dsdt = 0xdeadbeef;
    fadt.x_pm1a_control = (struct acpi_address){.space = 1, .address = 0x1804};
    fadt.pm1b_control = 0x1904;
    fadt.x_pm1b_control = (struct acpi_address){.space = 0, .address = 0x2804};
    fadt_place(&fadt, sizeof(fadt));
    cr_assert(tables_open());
    cr_assert(acpi_power_read(&acpi, &power));
    cr_assert(power.off_present);
    cr_assert_eq(power.pm1a_control, 0x1804);
    cr_assert_eq(power.pm1b_control, 0x1904);
}

Test(acpi, a_short_fadt_has_no_reset)
{
    struct acpi_power power;

    fadt_place(&fadt, 116);
    cr_assert(tables_open());
    cr_assert(acpi_power_read(&acpi, &power));
    cr_assert(power.off_present);
    cr_assert_not(power.reset.present);
    fadt.flags = 0;
    fadt_place(&fadt, 129);
    cr_assert(tables_open());
    cr_assert(acpi_power_read(&acpi, &power));
    cr_assert_not(power.reset.present);
}

static bool off_found(const void *code, uint32_t size, struct acpi_power *power)
{
    dsdt_place(code, size);
    fadt.dsdt = dsdt_address();
    fadt_place(&fadt, 129);
    cr_assert(tables_open());
    acpi_power_read(&acpi, power);
    return power->off_present;
}

Test(acpi, encodings_of_the_sleep_package)
{
    struct acpi_power power;

    cr_assert(off_found("\x08\\_S5_\x12\x06\x02\x0b\x07\x00\x00", 13, &power));
    cr_assert_eq(power.sleep_type_a, 7);
    cr_assert_eq(power.sleep_type_b, 0);
    cr_assert(off_found("\x08_S5_\x12\x4a\x00\x02\x0c\x03\x00\x00\x00\x0a\x02", 16, &power));
    cr_assert_eq(power.sleep_type_a, 3);
    cr_assert_eq(power.sleep_type_b, 2);
    cr_assert(off_found("\x08_S5_\x12\x7a\x00\x02\x0c\x04\x00\x00\x00\x0a\x02", 16, &power));
    cr_assert_eq(power.sleep_type_a, 4, "two bits of a long length mean nothing");
    cr_assert(off_found("_S5_\x12\x08\x04_S5_\x08_S5_\x12\x04\x02\x01\x00\x00", 21, &power));
    cr_assert_eq(power.sleep_type_a, 1);
}

Test(acpi, sleep_packages_that_are_not_right_are_not_believed)
{
    static const struct {
        const char *code;
        uint32_t size;
    } wrong[] = {
        {"\x10_S5_\x12\x06\x02\x0a\x05\x00\x00", 12},     // not declared by Name
        {"\x10\\_S5_\x12\x06\x02\x0a\x05\x00\x00", 13},   // nor with the root before it
        {"\x08_S5_\x13\x06\x02\x0a\x05\x00\x00", 12},     // not a package
        {"\x08_S5_\x12\x06\x01\x0a\x05\x00\x00", 12},     // one element
        {"\x08_S5_\x12\x06\x02\x0a\x08\x00\x00", 12},     // type beyond 7
        {"\x08_S5_\x12\x06\x02\x0d\x05\x00\x00", 12},     // text
        {"\x08_S5_\x12\x03\x02\x0a\x05\x00\x00", 12},     // package ends early
        {"\x08_S5_\x12\x07\x02\x0a\x05\x00\x00", 12},     // package ends beyond the table
        {"\x08_S5_\x12\xff\xff\xff\xff\x02\x00\x00", 13}, // length beyond everything
        {"\x08_S5_\x12\xc6\x00", 8},                      // table ends within the length
        {"\x08_S5_\x12\x00\x02\x00\x00", 10},             // package without even its length
        {"\x08_S5_\x12", 6},
        {"\x08_S5_", 5},
        {"\x08_S5", 4},
        {"", 0},
    };
    struct acpi_power power;

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        cr_assert_not(off_found(wrong[i].code, wrong[i].size, &power), "case %zu", i);
}
