// SPDX-License-Identifier: MIT
// libFuzzer target: any bytes as multiboot2 boot information. What is accepted is walked to its end: texts,
// section headers with their symbols, the root pointer; its memory map is normalised and must then be as
// lib/memory_map.h promises.
#include "lib/acpi.h"
#include "lib/multiboot2.h"
#include "lib/symbol.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile uint8_t sink;

// The input is also all the physical memory that there is: addresses count from its start.
static const uint8_t *memory;
static size_t memory_size;

static void bytes_touch(const void *bytes, uint64_t size)
{
    const uint8_t *byte = bytes;

    for (uint64_t i = 0; i < size; i++)
        sink = byte[i];
}

static void check(bool holds)
{
    if (!holds)
        abort();
}

static const void *input_map(uint64_t physical, uint64_t size)
{
    if (physical > memory_size || size > memory_size - physical)
        return NULL;
    return memory + physical;
}

static void memory_walk(struct memory_map *map)
{
    if (memory_map_normalise(map) != NULL)
        return;
    for (uint32_t i = 0; i < map->count; i++) {
        check(map->regions[i].start < map->regions[i].end);
        check(map->regions[i].start % MEMORY_PAGE == 0 && map->regions[i].end % MEMORY_PAGE == 0);
        check(i == 0 || map->regions[i - 1].end <= map->regions[i].start);
    }
    memory_map_reserve(map, 0x100000, 0x200000);
}

static void sections_walk(const struct boot_sections *sections)
{
    struct symbol_table table;
    uint64_t offset;

    if (sections->headers == NULL)
        return;
    bytes_touch(sections->headers, (uint64_t)sections->count * sections->entry_size);
    symbol_table_from_sections(&table, sections->headers, sections->count, sections->entry_size, input_map);
    const char *name = symbol_find(&table, 0x1000, &offset);

    if (name != NULL)
        bytes_touch(name, strlen(name));
}

static void acpi_walk(const void *rsdp, uint32_t size)
{
    struct acpi acpi;
    struct acpi_machine machine;
    struct acpi_power power;

    bytes_touch(rsdp, size);
    acpi_open(&acpi, rsdp, size, input_map);
    acpi_machine_read(&acpi, &machine);
    acpi_power_read(&acpi, &power);
    check(machine.processor_count <= ACPI_MAX_PROCESSORS && machine.io_apic_count <= ACPI_MAX_IO_APICS);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct boot_info info;

    memory = data;
    memory_size = size;
    if (multiboot2_read(data, size, &info) != NULL)
        return 0;
    bytes_touch(info.command_line, strlen(info.command_line));
    bytes_touch(info.loader, strlen(info.loader));
    for (uint32_t i = 0; i < info.module_count; i++) {
        check(info.modules[i].start <= info.modules[i].end);
        bytes_touch(info.modules[i].command_line, strlen(info.modules[i].command_line));
    }
    memory_walk(&info.memory);
    sections_walk(&info.sections);
    acpi_walk(info.rsdp, info.rsdp_size);
    return 0;
}
