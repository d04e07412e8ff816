// SPDX-License-Identifier: MIT
// The ELF reader. Every access to the file goes through elf_copy or elf_contains, which check bounds without
// a sum that could wrap around; headers are copied out before use, so neither alignment nor a second look
// matters. What elf_open accepted is relied on by the other functions: the two header tables lie in the file.
#include "lib/elf.h"

#include "lib/elf_format.h"
#include "lib/string.h"

#include <stddef.h>

static bool elf_contains(const struct elf *elf, uint64_t offset, uint64_t size)
{
    return offset <= elf->size && size <= elf->size - offset;
}

// Copies `size` bytes out of the file; false if they are not all in it.
static bool elf_copy(const struct elf *elf, void *to, uint64_t offset, uint64_t size)
{
    if (!elf_contains(elf, offset, size))
        return false;
    memcpy(to, elf->bytes + offset, size);
    return true;
}

static struct elf_program elf_program(const struct elf *elf, unsigned int index)
{
    struct elf_program program = {0};

    elf_copy(elf, &program, elf->program_offset + index * sizeof(program), sizeof(program));
    return program;
}

static struct elf_section elf_section(const struct elf *elf, unsigned int index)
{
    struct elf_section section = {0};

    elf_copy(elf, &section, elf->section_offset + index * sizeof(section), sizeof(section));
    return section;
}

static const char *header_check(const struct elf_header *header)
{
    if (header->ident[ELF_IDENT_CLASS] == ELF_CLASS_32)
        return "32-bit";
    if (header->ident[ELF_IDENT_CLASS] != ELF_CLASS_64)
        return "neither 32-bit nor 64-bit";
    if (header->ident[ELF_IDENT_DATA] != ELF_DATA_LITTLE)
        return "not little-endian";
    if (header->ident[ELF_IDENT_VERSION] != ELF_VERSION || header->version != ELF_VERSION)
        return "unknown version of ELF";
    if (header->machine != ELF_MACHINE_X86_64)
        return "for another machine";
    if (header->type != ELF_TYPE_EXECUTABLE)
        return "not an executable for fixed addresses";
    if (header->program_count != 0 && header->program_size != sizeof(struct elf_program))
        return "program headers of unknown size";
    if (header->program_count > ELF_MAX_PROGRAM_HEADERS)
        return "too many program headers";
    if (header->section_count != 0 && header->section_size != sizeof(struct elf_section))
        return "section headers of unknown size";
    return NULL;
}

static const char *segment_check(const struct elf *elf, const struct elf_program *program)
{
    // The end of the last page must not wrap around either.
    uint64_t room = UINT64_MAX - (ELF_PAGE - 1);

    if (program->file_size > program->memory_size)
        return "file size larger than memory size";
    if (!elf_contains(elf, program->offset, program->file_size))
        return "cut short: a segment ends beyond the file";
    if (program->virtual > room || program->memory_size > room - program->virtual)
        return "segment wraps around";
    if (program->physical > room || program->memory_size > room - program->physical)
        return "segment wraps around";
    if ((program->virtual ^ program->physical) % ELF_PAGE != 0)
        return "segment is not congruent with its page";
    if (program->file_size != 0 && (program->virtual ^ program->offset) % ELF_PAGE != 0)
        return "segment is not congruent with its page";
    if ((program->flags & ELF_WRITE) != 0 && (program->flags & ELF_EXECUTE) != 0)
        return "segment is both writable and executable";
    return NULL;
}

// True if two memory ranges, neither empty nor wrapping around, have a page in common.
static bool pages_overlap(uint64_t start, uint64_t size, uint64_t other, uint64_t other_size)
{
    return start / ELF_PAGE <= (other + other_size - 1) / ELF_PAGE &&
           other / ELF_PAGE <= (start + size - 1) / ELF_PAGE;
}

// True if segment `index` shares a page with one before it.
static bool segment_overlaps(const struct elf *elf, unsigned int index, const struct elf_segment *segment)
{
    struct elf_segment other;

    for (unsigned int i = 0; i < index && elf_segment(elf, i, &other); i++) {
        if (pages_overlap(segment->virtual, segment->memory_size, other.virtual, other.memory_size) ||
            pages_overlap(segment->physical, segment->memory_size, other.physical, other.memory_size))
            return true;
    }
    return false;
}

static const char *programs_check(const struct elf *elf)
{
    for (unsigned int i = 0; i < elf->program_count; i++) {
        struct elf_program program = elf_program(elf, i);

        if (program.type == ELF_PROGRAM_INTERPRETER)
            return "needs a dynamic linker";
        if (program.type != ELF_PROGRAM_LOAD)
            continue;
        const char *reason = segment_check(elf, &program);

        if (reason != NULL)
            return reason;
    }
    return NULL;
}

static const char *layout_check(const struct elf *elf)
{
    struct elf_segment segment;
    bool entry_found = false;

    for (unsigned int i = 0; elf_segment(elf, i, &segment); i++) {
        if (segment_overlaps(elf, i, &segment))
            return "segments overlap";
        // An entry below the segment gives a difference beyond any size, since the segment does not wrap
        // around.
        if ((segment.flags & ELF_EXECUTE) != 0 && elf->entry - segment.virtual < segment.memory_size)
            entry_found = true;
    }
    return entry_found ? NULL : "entry lies outside every executable segment";
}

const char *elf_open(struct elf *elf, const void *bytes, uint64_t size)
{
    struct elf_header header;

    *elf = (struct elf){.bytes = bytes, .size = size};
    if (size < 4 || memcmp(bytes, "\177ELF", 4) != 0)
        return "not an ELF file";
    if (!elf_copy(elf, &header, 0, sizeof(header)))
        return "cut short: it ends within its header";
    const char *reason = header_check(&header);

    if (reason != NULL)
        return reason;
    if (!elf_contains(elf, header.program_offset, header.program_count * sizeof(struct elf_program)))
        return "cut short: program headers end beyond the file";
    if (!elf_contains(elf, header.section_offset, header.section_count * sizeof(struct elf_section)))
        return "cut short: section headers end beyond the file";
    elf->entry = header.entry;
    elf->program_offset = header.program_offset;
    elf->program_count = header.program_count;
    elf->section_offset = header.section_offset;
    elf->section_count = header.section_count;
    reason = programs_check(elf);
    return reason != NULL ? reason : layout_check(elf);
}

bool elf_segment(const struct elf *elf, unsigned int index, struct elf_segment *segment)
{
    for (unsigned int i = 0; i < elf->program_count; i++) {
        struct elf_program program = elf_program(elf, i);

        if (program.type != ELF_PROGRAM_LOAD || program.memory_size == 0 || index-- != 0)
            continue;
        *segment = (struct elf_segment){
            .virtual = program.virtual,
            .physical = program.physical,
            .offset = program.offset,
            .file_size = program.file_size,
            .memory_size = program.memory_size,
            .flags = program.flags & (ELF_READ | ELF_WRITE | ELF_EXECUTE),
        };
        return true;
    }
    return false;
}

// Searches one area of notes, [offset, end) in the file, whose parts are padded to `align` bytes (4 or 8).
static const void *notes_search(const struct elf *elf, uint64_t offset, uint64_t end, uint64_t align,
                                const char *name, uint32_t type, uint32_t *size)
{
    struct elf_note_head head;

    while (end - offset >= sizeof(head) && elf_copy(elf, &head, offset, sizeof(head))) {
        // Sums of a position in the file and 32-bit lengths: they cannot wrap around.
        uint64_t name_offset = offset + sizeof(head);
        uint64_t descriptor = offset + ((sizeof(head) + head.name_size + align - 1) & ~(align - 1));
        uint64_t next = descriptor + ((head.descriptor_size + align - 1) & ~(align - 1));

        if (descriptor > end || head.descriptor_size > end - descriptor)
            return NULL;
        if (head.type == type && head.name_size == strlen(name) + 1 &&
            memcmp(elf->bytes + name_offset, name, head.name_size) == 0) {
            *size = head.descriptor_size;
            return elf->bytes + descriptor;
        }
        if (next > end)
            return NULL;
        offset = next;
    }
    return NULL;
}

const void *elf_note(const struct elf *elf, const char *name, uint32_t type, uint32_t *size)
{
    for (unsigned int i = 0; i < elf->program_count; i++) {
        struct elf_program program = elf_program(elf, i);

        if (program.type != ELF_PROGRAM_NOTE || !elf_contains(elf, program.offset, program.file_size))
            continue;
        const void *found = notes_search(elf, program.offset, program.offset + program.file_size,
                                         program.align == 8 ? 8 : 4, name, type, size);
        if (found != NULL)
            return found;
    }
    return NULL;
}

bool elf_symbols(const struct elf *elf, struct symbol_table *table)
{
    *table = (struct symbol_table){0};
    for (unsigned int i = 0; i < elf->section_count; i++) {
        struct elf_section symbols = elf_section(elf, i);

        if (symbols.type != ELF_SECTION_SYMBOLS || symbols.link >= elf->section_count)
            continue;
        struct elf_section names = elf_section(elf, symbols.link);

        if (names.type != ELF_SECTION_STRINGS || !elf_contains(elf, symbols.offset, symbols.size) ||
            !elf_contains(elf, names.offset, names.size))
            return false;
        return symbol_table_make(table, elf->bytes + symbols.offset, symbols.size, symbols.entry_size,
                                 elf->bytes + names.offset, names.size);
    }
    return false;
}
