// SPDX-License-Identifier: MIT
// The structures and numbers of ELF64 that this reader uses, under the names of the gABI's chapters 4 and 5
// less their prefixes. Only elf.c and symbol.c, and the tests that build files, include this.
#ifndef PV_LIB_ELF_FORMAT_H
#define PV_LIB_ELF_FORMAT_H

#include <stdint.h>

// File header (Elf64_Ehdr).
struct elf_header {
    uint8_t ident[16];
    uint16_t type;
    uint16_t machine;
    uint32_t version;
    uint64_t entry;
    uint64_t program_offset;
    uint64_t section_offset;
    uint32_t flags;
    uint16_t header_size;
    uint16_t program_size;
    uint16_t program_count;
    uint16_t section_size;
    uint16_t section_count;
    uint16_t section_names;
};
_Static_assert(sizeof(struct elf_header) == 64, "Elf64_Ehdr has 64 bytes");

// Program header (Elf64_Phdr).
struct elf_program {
    uint32_t type;
    uint32_t flags;
    uint64_t offset;
    uint64_t virtual;
    uint64_t physical;
    uint64_t file_size;
    uint64_t memory_size;
    uint64_t align;
};
_Static_assert(sizeof(struct elf_program) == 56, "Elf64_Phdr has 56 bytes");

// Section header (Elf64_Shdr).
struct elf_section {
    uint32_t name;
    uint32_t type;
    uint64_t flags;
    uint64_t address;
    uint64_t offset;
    uint64_t size;
    uint32_t link;
    uint32_t info;
    uint64_t align;
    uint64_t entry_size;
};
_Static_assert(sizeof(struct elf_section) == 64, "Elf64_Shdr has 64 bytes");

// Symbol (Elf64_Sym).
struct elf_symbol {
    uint32_t name;
    uint8_t info; // type in bits 0 to 3, binding in bits 4 to 7
    uint8_t other;
    uint16_t section;
    uint64_t value;
    uint64_t size;
};
_Static_assert(sizeof(struct elf_symbol) == 24, "Elf64_Sym has 24 bytes");

// Head of a note (Elf64_Nhdr); name and descriptor follow, each padded.
struct elf_note_head {
    uint32_t name_size;
    uint32_t descriptor_size;
    uint32_t type;
};
_Static_assert(sizeof(struct elf_note_head) == 12, "Elf64_Nhdr has 12 bytes");

enum elf_ident {
    ELF_IDENT_CLASS = 4, // index of the class in `ident`
    ELF_IDENT_DATA = 5,
    ELF_IDENT_VERSION = 6,
    ELF_CLASS_32 = 1,
    ELF_CLASS_64 = 2,
    ELF_DATA_LITTLE = 1,
    ELF_VERSION = 1,
};

enum elf_type {
    ELF_TYPE_EXECUTABLE = 2,
    ELF_MACHINE_X86_64 = 62,
};

enum elf_program_type {
    ELF_PROGRAM_LOAD = 1,
    ELF_PROGRAM_INTERPRETER = 3,
    ELF_PROGRAM_NOTE = 4,
};

enum elf_section_type {
    ELF_SECTION_SYMBOLS = 2,
    ELF_SECTION_STRINGS = 3,
};

enum elf_symbol_kind {
    ELF_SYMBOL_NOTYPE = 0,
    ELF_SYMBOL_FUNCTION = 2,
    ELF_BINDING_LOCAL = 0,
    ELF_SECTION_UNDEFINED = 0,
    ELF_SECTION_SPECIAL = 0xff00, // this and above: absolute, common, ...
};

#endif
