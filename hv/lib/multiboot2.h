// SPDX-License-Identifier: MIT
// Reader of the information that a multiboot2 boot loader leaves in memory. Nothing outside of the tags is
// read, and every text is known to be terminated inside its tag. Source: Multiboot2 Specification 2.0,
// section 3.6 "Boot information format".
#ifndef PV_LIB_MULTIBOOT2_H
#define PV_LIB_MULTIBOOT2_H

#include "lib/memory_map.h"

#include <stdbool.h>
#include <stdint.h>

// What the boot loader leaves in eax.
#define MULTIBOOT2_MAGIC 0x36d76289u

#define BOOT_MAX_MODULES 64

// The physical bytes [start, end), and the text that the boot loader was given with them.
struct boot_module {
    uint64_t start;
    uint64_t end;
    const char *command_line;
};

enum framebuffer_type {
    FRAMEBUFFER_INDEXED = 0,
    FRAMEBUFFER_RGB = 1,
    FRAMEBUFFER_TEXT = 2, // EGA text: pairs of character and attribute; width and height in characters
};

// Where a colour's bits are in a pixel.
struct boot_colour {
    uint8_t position; // of the lowest bit
    uint8_t size;     // in bits
};

struct boot_framebuffer {
    bool present;
    uint64_t address; // physical
    uint32_t pitch;   // bytes from one line to the next
    uint32_t width;
    uint32_t height;
    uint8_t bits;                        // of a pixel
    uint8_t type;                        // of enum framebuffer_type, or one that is not known
    struct boot_colour red, green, blue; // for FRAMEBUFFER_RGB
};

// The section headers of the hypervisor's own ELF file: see symbol_table_from_sections.
struct boot_sections {
    const void *headers; // NULL if there are none
    uint32_t count;
    uint32_t entry_size; // count * entry_size bytes are readable
    uint32_t names;      // index of the section that holds the sections' names
};

// All pointers lead into the boot information, which must stay in place.
struct boot_info {
    const char *command_line; // "" if there is none
    const char *loader;       // the boot loader's name, "" if it gave none
    struct boot_module modules[BOOT_MAX_MODULES];
    uint32_t module_count;
    struct memory_map memory; // as told: the caller normalises it
    struct boot_framebuffer framebuffer;
    const void *rsdp; // ACPI's root pointer, of ACPI 2.0 or later if there is one; NULL if there is none
    uint32_t rsdp_size;
    struct boot_sections sections;
};

// Reads the boot information at `info`, of which at most `limit` bytes are readable, to `*out`. Tags that are
// not known are skipped; of repeated texts the last counts. Returns NULL, or what is garbled as a static
// text; `*out` is then not for use.
const char *multiboot2_read(const void *info, uint64_t limit, struct boot_info *out);

#endif
