// SPDX-License-Identifier: MIT
// Builds multiboot2 boot information, tag by tag. Used by the tests and by the seeds of the fuzzer.
#ifndef PV_TESTS_UNIT_BOOT_IMAGE_H
#define PV_TESTS_UNIT_BOOT_IMAGE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct boot_image {
    _Alignas(8) uint8_t bytes[8192];
    uint32_t size;
};

// The tags' numbers: Multiboot2 Specification 2.0, section 3.6.
enum {
    BOOT_TAG_COMMAND_LINE = 1,
    BOOT_TAG_LOADER = 2,
    BOOT_TAG_MODULE = 3,
    BOOT_TAG_MEMORY_MAP = 6,
    BOOT_TAG_FRAMEBUFFER = 8,
    BOOT_TAG_SECTIONS = 9,
    BOOT_TAG_ACPI_OLD = 14,
    BOOT_TAG_ACPI_NEW = 15,
};

// Writes the total size to where the information begins.
static inline void boot_image_seal(struct boot_image *image)
{
    memcpy(image->bytes, &image->size, 4);
}

static inline void boot_image_begin(struct boot_image *image)
{
    memset(image, 0, sizeof(*image));
    image->size = 8;
    boot_image_seal(image);
}

// Adds a tag with `size` bytes behind its head; gives its offset.
static inline uint32_t boot_image_tag(struct boot_image *image, uint32_t type, const void *payload,
                                      uint32_t size)
{
    uint32_t start = image->size;
    const uint32_t head[2] = {type, 8 + size};

    memcpy(image->bytes + start, head, 8);
    memcpy(image->bytes + start + 8, payload, size);
    image->size = (start + 8 + size + 7) & ~7u;
    boot_image_seal(image);
    return start;
}

static inline void boot_image_end(struct boot_image *image)
{
    boot_image_tag(image, 0, "", 0);
}

static inline uint32_t boot_image_text(struct boot_image *image, uint32_t type, const char *text)
{
    return boot_image_tag(image, type, text, (uint32_t)strlen(text) + 1);
}

static inline uint32_t boot_image_module(struct boot_image *image, uint32_t start, uint32_t end,
                                         const char *text)
{
    uint8_t payload[8 + 128];
    uint32_t length = (uint32_t)strlen(text) + 1;

    memcpy(payload, &start, 4);
    memcpy(payload + 4, &end, 4);
    memcpy(payload + 8, text, length);
    return boot_image_tag(image, BOOT_TAG_MODULE, payload, 8 + length);
}

// `entries` are `count` triples of start, length and type.
static inline uint32_t boot_image_memory(struct boot_image *image, const uint64_t (*entries)[3],
                                         uint32_t count)
{
    uint8_t payload[8 + 24 * 200] = {24};

    memcpy(payload + 8, entries, 24 * (size_t)count);
    return boot_image_tag(image, BOOT_TAG_MEMORY_MAP, payload, 8 + 24 * count);
}

// What GRUB gives, in small: texts, two modules, a memory map, a framebuffer, sections, both root pointers.
static inline void boot_image_typical(struct boot_image *image)
{
    static const uint64_t memory[][3] = {
        {0, 0x9fc00, 1}, {0x100000, 0x7ee0000, 1}, {0x7fe0000, 0x20000, 3}, {0x100000000, 0x40000000, 1}};
    static const uint8_t framebuffer[30] = {0, 0, 0, 0xfd, 0, 0,  0, 0, 0, 16, 0, 0, 0, 4, 0,
                                            0, 0, 3, 0,    0, 32, 1, 0, 0, 16, 8, 8, 8, 0, 8};
    static const uint8_t sections[12 + 128] = {2, 0, 0, 0, 64, 0, 0, 0, 1};

    boot_image_begin(image);
    boot_image_text(image, BOOT_TAG_COMMAND_LINE, "console=serial loglevel=2");
    boot_image_text(image, BOOT_TAG_LOADER, "GRUB 2.06");
    boot_image_module(image, 0x200000, 0x280000, "name=alpha mem=64M");
    boot_image_module(image, 0x280000, 0x300000, "");
    boot_image_memory(image, memory, 4);
    boot_image_tag(image, BOOT_TAG_FRAMEBUFFER, framebuffer, sizeof(framebuffer));
    boot_image_tag(image, BOOT_TAG_SECTIONS, sections, sizeof(sections));
    boot_image_tag(image, BOOT_TAG_ACPI_NEW, "RSD PTR new", 12);
    boot_image_tag(image, BOOT_TAG_ACPI_OLD, "RSD PTR old", 12);
    boot_image_end(image);
}

#endif
