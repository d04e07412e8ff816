// SPDX-License-Identifier: MIT
// A small ELF file as one C structure: well-formed as elf_image_make leaves it, so that a test or a seed of
// the fuzzer says only what it breaks.
#ifndef PV_TESTS_UNIT_ELF_IMAGE_H
#define PV_TESTS_UNIT_ELF_IMAGE_H

#include "lib/elf.h"
#include "lib/elf_format.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

// Indices of program headers, sections and symbols in the image.
enum {
    IMAGE_TEXT,
    IMAGE_DATA,
    IMAGE_NOTE,
    IMAGE_PROGRAMS,
    IMAGE_SYMBOLS = 1,
    IMAGE_NAMES,
    IMAGE_SECTIONS,
    IMAGE_SYMBOL_COUNT = 6,
};

#define IMAGE_TEXT_ADDRESS 0x400000u
#define IMAGE_DATA_ADDRESS 0x402000u
#define IMAGE_NOTE_TYPE    7u
#define IMAGE_NOTE_SIZE    28u // head, name with padding, descriptor

struct elf_image {
    struct elf_header header;
    struct elf_program programs[IMAGE_PROGRAMS];
    struct elf_note_head note;
    char note_name[8];
    uint8_t note_descriptor[8];
    struct elf_section sections[IMAGE_SECTIONS];
    struct elf_symbol symbols[IMAGE_SYMBOL_COUNT];
    char names[40];
};

// Function f at +0x100 of 0x20 bytes, function g at +0x200 of 0x20, global label `entry` at +0x300 without a
// size, a local label, and a data object; the first symbol is the empty one that every table has.
static inline void elf_image_symbols(struct elf_image *image)
{
    static const char names[] = "\0f\0g\0entry\0local\0object";
    const uint8_t function = ELF_SYMBOL_FUNCTION;
    const uint8_t global = 1 << 4;

    memcpy(image->names, names, sizeof(names));
    image->symbols[1] = (struct elf_symbol){1, function, 0, 1, IMAGE_TEXT_ADDRESS + 0x100, 0x20};
    image->symbols[2] = (struct elf_symbol){3, function | global, 0, 1, IMAGE_TEXT_ADDRESS + 0x200, 0x20};
    image->symbols[3] = (struct elf_symbol){5, global, 0, 1, IMAGE_TEXT_ADDRESS + 0x300, 0};
    image->symbols[4] = (struct elf_symbol){11, 0, 0, 1, IMAGE_TEXT_ADDRESS + 0x304, 0};
    image->symbols[5] = (struct elf_symbol){17, 1 | global, 0, 1, IMAGE_TEXT_ADDRESS + 0x308, 8};
    image->sections[IMAGE_SYMBOLS] = (struct elf_section){
        .type = ELF_SECTION_SYMBOLS,
        .offset = offsetof(struct elf_image, symbols),
        .size = sizeof(image->symbols),
        .link = IMAGE_NAMES,
        .entry_size = sizeof(struct elf_symbol),
    };
    image->sections[IMAGE_NAMES] = (struct elf_section){
        .type = ELF_SECTION_STRINGS,
        .offset = offsetof(struct elf_image, names),
        .size = sizeof(image->names),
    };
}

static inline void elf_image_programs(struct elf_image *image)
{
    image->programs[IMAGE_TEXT] = (struct elf_program){
        .type = ELF_PROGRAM_LOAD,
        .flags = ELF_READ | ELF_EXECUTE,
        .virtual = IMAGE_TEXT_ADDRESS,
        .physical = IMAGE_TEXT_ADDRESS,
        .file_size = sizeof(*image),
        .memory_size = 0x1800,
        .align = 4096,
    };
    image->programs[IMAGE_DATA] = (struct elf_program){
        .type = ELF_PROGRAM_LOAD,
        .flags = ELF_READ | ELF_WRITE,
        .offset = 64,
        .virtual = IMAGE_DATA_ADDRESS + 64,
        .physical = IMAGE_DATA_ADDRESS + 64,
        .file_size = 16,
        .memory_size = 0x2000,
        .align = 4096,
    };
    image->programs[IMAGE_NOTE] = (struct elf_program){
        .type = ELF_PROGRAM_NOTE,
        .flags = ELF_READ,
        .offset = offsetof(struct elf_image, note),
        .file_size = IMAGE_NOTE_SIZE,
        .align = 4,
    };
    image->note = (struct elf_note_head){.name_size = 6, .descriptor_size = 8, .type = IMAGE_NOTE_TYPE};
    memcpy(image->note_name, "owner", 6);
    memcpy(image->note_descriptor, "contents", 8);
}

// A well-formed image: text, data with memory beyond the file, a note of "owner", symbols.
static inline struct elf_image elf_image_make(void)
{
    struct elf_image image;

    memset(&image, 0, sizeof(image));
    image.header = (struct elf_header){
        .ident = {0x7f, 'E', 'L', 'F', ELF_CLASS_64, ELF_DATA_LITTLE, ELF_VERSION},
        .type = ELF_TYPE_EXECUTABLE,
        .machine = ELF_MACHINE_X86_64,
        .version = ELF_VERSION,
        .entry = IMAGE_TEXT_ADDRESS + 0x100,
        .program_offset = offsetof(struct elf_image, programs),
        .section_offset = offsetof(struct elf_image, sections),
        .header_size = sizeof(struct elf_header),
        .program_size = sizeof(struct elf_program),
        .program_count = IMAGE_PROGRAMS,
        .section_size = sizeof(struct elf_section),
        .section_count = IMAGE_SECTIONS,
    };
    elf_image_programs(&image);
    elf_image_symbols(&image);
    return image;
}

#endif
