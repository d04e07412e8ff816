// SPDX-License-Identifier: MIT
// Reader of ELF64 executables for x86-64, made for hostile files: whatever the bytes say, nothing outside of
// them is read, and elf_open accepts only what a loader can place without further checks of its own. Source:
// System V ABI (gABI), chapters 4 "Object Files" and 5 "Program Loading"; x86-64 supplement for the machine
// number. The bytes must stay in place, unchanged, as long as the `struct elf` and anything found through it
// are in use.
#ifndef PV_LIB_ELF_H
#define PV_LIB_ELF_H

#include "lib/symbol.h"

#include <stdbool.h>
#include <stdint.h>

// The size and alignment in memory that segments are checked for, in bytes.
#define ELF_PAGE 4096u

// The largest number of program headers that is accepted: bounds the work that a file can cause.
#define ELF_MAX_PROGRAM_HEADERS 64

// Access rights of a segment.
enum elf_flags {
    ELF_EXECUTE = 1,
    ELF_WRITE = 2,
    ELF_READ = 4,
};

struct elf {
    const uint8_t *bytes;
    uint64_t size;  // of the file
    uint64_t entry; // virtual address of the first instruction
    // The rest is elf.c's own: where the two header tables lie in the file, both known to be inside.
    uint64_t program_offset;
    uint64_t section_offset;
    uint16_t program_count;
    uint16_t section_count;
};

// One loadable segment. elf_open has checked that [offset, offset + file_size) lies in the file, that
// file_size is at most memory_size, and that both memory ranges, rounded outwards to whole pages, neither
// wrap around nor share a page with those of another segment.
struct elf_segment {
    uint64_t virtual;
    uint64_t physical;
    uint64_t offset;
    uint64_t file_size;
    uint64_t memory_size; // not 0; what lies beyond file_size is to be zero
    uint32_t flags;       // of enum elf_flags, never both ELF_WRITE and ELF_EXECUTE
};

// Reads the headers of the `size` bytes at `bytes` and checks everything that a loader relies on.
// Returns NULL if the file is well-formed, else the reason as a static text.
const char *elf_open(struct elf *elf, const void *bytes, uint64_t size);

// Gives the index-th segment that takes up memory, in the order of the file; false past the last.
bool elf_segment(const struct elf *elf, unsigned int index, struct elf_segment *segment);

// Finds a note by its owner's `name` and its type. Returns its descriptor, inside the file and of any
// alignment, and puts its length in bytes to `*size`; NULL if there is none. gABI, chapter 5, "Note Section".
const void *elf_note(const struct elf *elf, const char *name, uint32_t type, uint32_t *size);

// Finds the symbol table and its names. False, and an empty table, if there is none or it is malformed.
bool elf_symbols(const struct elf *elf, struct symbol_table *table);

#endif
