// SPDX-License-Identifier: MIT
// The ELF reader. No sum here can wrap around: each is checked against a limit by a difference first.
#include "kernel/elf.h"

#include "kernel/string.h"

enum {
    IDENT_CLASS = 4, // index of the class in `ident`
    IDENT_DATA = 5,
    IDENT_VERSION = 6,
    CLASS_64 = 2,
    DATA_LITTLE = 1,
    VERSION = 1,
    TYPE_EXECUTABLE = 2,
    MACHINE_X86_64 = 62,
    PROGRAM_LOAD = 1,
    PROGRAM_INTERPRETER = 3,
};

bool elf_header_good(const struct elf_header *header)
{
    return memcmp(header->ident, "\177ELF", 4) == 0 && header->ident[IDENT_CLASS] == CLASS_64 &&
           header->ident[IDENT_DATA] == DATA_LITTLE && header->ident[IDENT_VERSION] == VERSION &&
           header->version == VERSION && header->type == TYPE_EXECUTABLE &&
           header->machine == MACHINE_X86_64 && header->program_size == sizeof(struct elf_program) &&
           header->program_count > 0 && header->program_count <= ELF_PROGRAM_LIMIT;
}

// Whether [start, start + size) lies in [low, high).
static bool range_within(uint64_t start, uint64_t size, uint64_t low, uint64_t high)
{
    return start >= low && start <= high && size <= high - start;
}

static bool program_good(const struct elf_program *program, uint64_t file_size, uint64_t low, uint64_t high)
{
    const uint32_t both = ELF_WRITE | ELF_EXECUTE;

    return program->file_size <= program->memory_size &&
           range_within(program->offset, program->file_size, 0, file_size) &&
           range_within(program->virtual, program->memory_size, low, high) &&
           program->virtual % PAGE_SIZE == program->offset % PAGE_SIZE && (program->flags & both) != both;
}

enum elf_kind elf_segment_read(struct elf_segment *segment, const struct elf_program *program,
                               uint64_t file_size, uint64_t low, uint64_t high)
{
    uint64_t before = program->virtual % PAGE_SIZE;
    uint64_t end = program->virtual + program->memory_size;

    if (program->type == PROGRAM_INTERPRETER)
        return ELF_BAD;
    if (program->type != PROGRAM_LOAD || program->memory_size == 0)
        return ELF_NOTHING;
    if (!program_good(program, file_size, low, high))
        return ELF_BAD;
    *segment = (struct elf_segment){
        .start = program->virtual - before,
        .end = (end + PAGE_SIZE - 1) & ~(uint64_t)(PAGE_SIZE - 1),
        .file_offset = program->offset - before,
        .file_end = program->virtual + program->file_size,
        .rights = program->flags & (ELF_READ | ELF_WRITE | ELF_EXECUTE),
    };
    return ELF_SEGMENT;
}
