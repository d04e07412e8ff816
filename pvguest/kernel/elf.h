// SPDX-License-Identifier: MIT
// Reader of ELF64 executables for x86-64, made for hostile files. Source: System V ABI (gABI), chapters 4 and
// 5; x86-64 supplement for the machine's number. Pure: it sees only bytes and knows no file.
#ifndef PV_KERNEL_ELF_H
#define PV_KERNEL_ELF_H

#include <stdbool.h>
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

// The largest number of program headers that is accepted.
enum { ELF_PROGRAM_LIMIT = 16 };

// Access rights of a segment.
enum elf_right { ELF_EXECUTE = 1, ELF_WRITE = 2, ELF_READ = 4 };

// A segment to load, in whole pages.
struct elf_segment {
    uint64_t start, end;  // addresses
    uint64_t file_offset; // of the byte at `start`
    uint64_t file_end;    // address after the last byte that is the file's; zeros follow
    unsigned rights;      // enum elf_right
};

// Whether the header is that of an executable for this machine, linked at fixed addresses, whose program
// headers have the size and number that we can read. Where they lie is not checked.
bool elf_header_good(const struct elf_header *header);

// What a program header asks for.
enum elf_kind {
    ELF_NOTHING, // no memory
    ELF_SEGMENT, // that *segment is loaded
    ELF_BAD,     // what cannot be: malformed, out of the file or the addresses, both writable and executable
};

// Reads a program header of a file of `file_size` bytes; its segment has to lie in the addresses [low, high),
// which are of whole pages.
enum elf_kind elf_segment_read(struct elf_segment *segment, const struct elf_program *program,
                               uint64_t file_size, uint64_t low, uint64_t high);

#endif
