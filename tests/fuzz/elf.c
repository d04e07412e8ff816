// SPDX-License-Identifier: MIT
// libFuzzer target: any bytes as an ELF file. Whatever elf_open accepts must keep the promises of lib/elf.h,
// and all of it is walked so that the sanitizers see every access.
#include "lib/elf.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile uint8_t sink;

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

static bool pages_shared(uint64_t start, uint64_t size, uint64_t other, uint64_t other_size)
{
    uint64_t first = start / ELF_PAGE, last = (start + size - 1) / ELF_PAGE;
    uint64_t other_first = other / ELF_PAGE, other_last = (other + other_size - 1) / ELF_PAGE;

    return !(last < other_first || other_last < first);
}

static void segment_check(const struct elf *elf, const struct elf_segment *segment)
{
    check(segment->memory_size != 0 && segment->file_size <= segment->memory_size);
    check(segment->offset <= elf->size && segment->file_size <= elf->size - segment->offset);
    check(segment->virtual + segment->memory_size > segment->virtual);
    check(segment->physical + segment->memory_size > segment->physical);
    check((segment->flags & (ELF_WRITE | ELF_EXECUTE)) != (ELF_WRITE | ELF_EXECUTE));
    bytes_touch(elf->bytes + segment->offset, segment->file_size);
}

static void segments_walk(const struct elf *elf)
{
    struct elf_segment segment, other;
    bool entry_found = false;

    for (unsigned int i = 0; elf_segment(elf, i, &segment); i++) {
        segment_check(elf, &segment);
        entry_found |=
            (segment.flags & ELF_EXECUTE) != 0 && elf->entry - segment.virtual < segment.memory_size;
        for (unsigned int j = 0; j < i && elf_segment(elf, j, &other); j++) {
            check(!pages_shared(segment.virtual, segment.memory_size, other.virtual, other.memory_size));
            check(!pages_shared(segment.physical, segment.memory_size, other.physical, other.memory_size));
        }
    }
    check(entry_found);
}

static void notes_walk(const struct elf *elf)
{
    static const char *const names[] = {"owner", "GNU", "x", ""};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        for (uint32_t type = 0; type < 8; type++) {
            uint32_t size;
            const void *note = elf_note(elf, names[i], type, &size);

            if (note != NULL)
                bytes_touch(note, size);
        }
    }
}

static void symbols_walk(const struct elf *elf)
{
    struct symbol_table table;
    uint64_t offset;

    check(elf_symbols(elf, &table) || table.count == 0);
    for (uint64_t address = elf->entry - 0x400; address != elf->entry + 0x400; address += 0x40) {
        const char *name = symbol_find(&table, address, &offset);

        if (name != NULL)
            bytes_touch(name, strlen(name));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct elf elf;

    if (elf_open(&elf, data, size) == NULL) {
        segments_walk(&elf);
        notes_walk(&elf);
        symbols_walk(&elf);
    }
    return 0;
}
