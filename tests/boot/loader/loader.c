// SPDX-License-Identifier: MIT
/*
 * Takes what QEMU's -kernel, -initrd and -append give by Multiboot 1: the hypervisor is the first module, the
 * guests are the others, and the last word of the command line names a lie. Places the hypervisor's segments,
 * builds Multiboot2 information (specification 2.0, 3.6), and starts it.
 */
#include "tests/boot/loader/loader.h"

#include <stddef.h>

/* Multiboot 1: the fields that are used here, and the entries of its lists. */
struct multiboot1 {
    uint32_t flags, lower, upper, device, command_line, module_count, modules, symbols[4], map_length, map;
};

struct multiboot1_module {
    uint32_t start, end, command_line, reserved;
};

struct multiboot1_region {
    uint32_t size; /* of what follows */
    uint64_t start, length;
    uint32_t type;
} __attribute__((packed));

/* ELF64, as far as loading goes. */
struct elf_header {
    uint8_t ident[16];
    uint16_t type, machine;
    uint32_t version;
    uint64_t entry, program_offset, section_offset;
    uint32_t flags;
    uint16_t size, program_size, program_count;
} __attribute__((packed));

struct elf_program {
    uint32_t type, flags;
    uint64_t offset, virtual, physical, file_size, memory_size, alignment;
};

#define ELF_LOAD 1

/* Tags of Multiboot2. */
enum { TAG_END = 0, TAG_COMMAND_LINE = 1, TAG_MODULE = 3, TAG_MEMORY_MAP = 6, TAG_RSDP = 14 };

_Noreturn void hypervisor_enter(uint32_t entry, const void *information);
void loader_main(const struct multiboot1 *given);

static struct truth truth;

static uint8_t information[0x20000] __attribute__((aligned(4096)));
static uint32_t written;

static void *pointer(uint64_t address)
{
    return (void *)(uintptr_t)address;
}

void *memcpy(void *to, const void *from, size_t size)
{
    for (size_t i = 0; i < size; i++)
        ((uint8_t *)to)[i] = ((const uint8_t *)from)[i];
    return to;
}

void *memset(void *to, int byte, size_t size)
{
    for (size_t i = 0; i < size; i++)
        ((volatile uint8_t *)to)[i] = (uint8_t)byte;
    return to;
}

static uint32_t length_of(const char *text)
{
    uint32_t length = 0;

    while (text[length] != '\0')
        length++;
    return length;
}

/* What follows the first word, or nothing. */
static const char *after_word(const char *text)
{
    while (*text != '\0' && *text != ' ')
        text++;
    return *text == ' ' ? text + 1 : text;
}

static const char *last_word(const char *text)
{
    while (*after_word(text) != '\0')
        text = after_word(text);
    return text;
}

static void put(const void *bytes, uint32_t size)
{
    memcpy(information + written, bytes, size);
    written += size;
}

static void put_word(uint32_t word)
{
    put(&word, sizeof word);
}

/* Begins a tag of this size with its header; what follows begins at a multiple of 8. */
static void put_tag(uint32_t type, uint32_t size)
{
    written = (written + 7) & ~7u;
    put_word(type);
    put_word(size);
}

static void put_text(const char *text)
{
    put(text, length_of(text) + 1);
}

static void put_map(void)
{
    uint32_t size = 16 + truth.region_count * (uint32_t)sizeof(struct region);

    put_tag(TAG_MEMORY_MAP, size + truth.regions_size);
    put_word(truth.region_size);
    put_word(0);
    put(truth.regions, size - 16);
}

static void information_make(const char *command_line)
{
    uint32_t total;

    written = 8;
    put_tag(TAG_COMMAND_LINE, 8 + length_of(command_line) + 1);
    put_text(command_line);
    for (uint32_t i = 0; i < truth.module_count; i++) {
        const struct module *module = &truth.modules[i];
        put_tag(TAG_MODULE, 16 + length_of(module->command_line) + 1);
        put_word(module->start);
        put_word(module->end);
        put_text(module->command_line);
    }
    if (truth.rsdp != NULL) {
        put_tag(TAG_RSDP, 8 + RSDP_SIZE);
        put(truth.rsdp, RSDP_SIZE);
    }
    if (!truth.without_map)
        put_map();
    if (!truth.without_end)
        put_tag(TAG_END, 8);
    total = written + truth.total_added;
    memcpy(information, &total, sizeof total);
}

/* The BIOS keeps it at a multiple of 16 (ACPI Specification, 5.2.5.1). */
static const void *rsdp_find(void)
{
    static const char signature[] = "RSD PTR ";

    for (uint32_t address = 0xe0000; address < 0x100000; address += 16) {
        const char *found = pointer(address);
        uint32_t same = 0;
        while (signature[same] != '\0' && found[same] == signature[same])
            same++;
        if (signature[same] == '\0')
            return found;
    }
    return NULL;
}

static void truth_learn(const struct multiboot1 *given)
{
    const struct multiboot1_module *modules = pointer(given->modules);
    const uint8_t *map = pointer(given->map);

    truth.rsdp = rsdp_find();
    truth.region_size = sizeof(struct region);
    for (uint32_t i = 1; i < given->module_count && truth.module_count < MODULES_MAX; i++)
        truth.modules[truth.module_count++] =
            (struct module){modules[i].start, modules[i].end, after_word(pointer(modules[i].command_line))};
    for (uint32_t offset = 0; offset < given->map_length;) {
        struct multiboot1_region region;
        memcpy(&region, map + offset, sizeof region);
        truth_add(&truth, region.start, region.length, region.type);
        offset += region.size + 4;
    }
}

/* Places the segments of the hypervisor; returns its physical entry. */
static uint32_t hypervisor_place(const uint8_t *file)
{
    const struct elf_header *header = (const struct elf_header *)file;
    const struct elf_program *programs = (const struct elf_program *)(file + header->program_offset);
    uint64_t entry = 0;

    for (uint32_t i = 0; i < header->program_count; i++) {
        const struct elf_program *program = &programs[i];
        if (program->type != ELF_LOAD)
            continue;
        memcpy(pointer(program->physical), file + program->offset, (size_t)program->file_size);
        memset(pointer(program->physical + program->file_size), 0,
               (size_t)(program->memory_size - program->file_size));
        if (header->entry - program->virtual < program->memory_size)
            entry = header->entry - program->virtual + program->physical;
    }
    return (uint32_t)entry;
}

/* A line on the serial port, for tests that misspell a lie. */
static void say(const char *text)
{
    for (; *text != '\0'; text++)
        __asm__ volatile("outb %0, %1" : : "a"(*text), "d"((uint16_t)0x3f8));
}

void loader_main(const struct multiboot1 *given)
{
    const struct multiboot1_module *modules = pointer(given->modules);

    truth_learn(given);
    if (!lie_tell(&truth, last_word(pointer(given->command_line)))) {
        say("loader: no such lie\r\n");
        return;
    }
    uint32_t entry = hypervisor_place(pointer(modules[0].start));
    information_make("console=serial onexit=poweroff");
    hypervisor_enter(entry, information);
}
