// SPDX-License-Identifier: MIT
// The ELF reader: what it accepts, and by which words it refuses each kind of broken file.
#include "lib/elf.h"

#include "elf_image.h"
#include "guarded.h"

#include <criterion/criterion.h>
#include <string.h>

static struct elf_image image;
static struct elf elf;

static void setup(void)
{
    image = elf_image_make();
}

static const char *image_open(void)
{
    return elf_open(&elf, guarded_copy(&image, sizeof(image)), sizeof(image));
}

static void expect_refusal(const char *expected)
{
    const char *reason = image_open();

    cr_assert_not_null(reason, "accepted, expected: %s", expected);
    cr_assert_str_eq(reason, expected);
}

// Calls everything that there is on an open file, so that a read outside of it would crash.
static void walk(void)
{
    struct elf_segment segment;
    struct symbol_table table;
    uint64_t offset;
    uint32_t size;

    for (unsigned int i = 0; elf_segment(&elf, i, &segment); i++)
        cr_assert(segment.offset + segment.file_size <= elf.size);
    elf_note(&elf, "owner", IMAGE_NOTE_TYPE, &size);
    elf_symbols(&elf, &table);
    symbol_find(&table, IMAGE_TEXT_ADDRESS + 0x110, &offset);
}

TestSuite(elf, .init = setup);

Test(elf, gives_the_segments_of_a_well_formed_file)
{
    struct elf_segment segment;

    cr_assert_null(image_open());
    cr_assert_eq(elf.entry, IMAGE_TEXT_ADDRESS + 0x100);
    cr_assert(elf_segment(&elf, 0, &segment));
    cr_assert_eq(segment.virtual, IMAGE_TEXT_ADDRESS);
    cr_assert_eq(segment.flags, ELF_READ | ELF_EXECUTE);
    cr_assert(elf_segment(&elf, 1, &segment));
    cr_assert_eq(segment.virtual, IMAGE_DATA_ADDRESS + 64);
    cr_assert_eq(segment.physical, IMAGE_DATA_ADDRESS + 64);
    cr_assert_eq(segment.offset, 64);
    cr_assert_eq(segment.file_size, 16);
    cr_assert_eq(segment.memory_size, 0x2000);
    cr_assert_eq(segment.flags, ELF_READ | ELF_WRITE);
    cr_assert_not(elf_segment(&elf, 2, &segment));
}

Test(elf, skips_segments_without_memory)
{
    struct elf_segment segment;

    image.programs[IMAGE_NOTE] = image.programs[IMAGE_DATA];
    image.programs[IMAGE_DATA].memory_size = 0;
    image.programs[IMAGE_DATA].file_size = 0;
    cr_assert_null(image_open());
    cr_assert(elf_segment(&elf, 1, &segment));
    cr_assert_eq(segment.virtual, IMAGE_DATA_ADDRESS + 64);
    cr_assert_not(elf_segment(&elf, 2, &segment));
}

Test(elf, refuses_what_is_not_an_elf_file)
{
    cr_assert_str_eq(elf_open(&elf, guarded_copy("", 0), 0), "not an ELF file");
    cr_assert_str_eq(elf_open(&elf, guarded_copy("\177EL", 3), 3), "not an ELF file");
    cr_assert_str_eq(elf_open(&elf, guarded_copy("#!/bin/sh\n", 10), 10), "not an ELF file");
}

Test(elf, refuses_a_file_cut_short_anywhere)
{
    for (size_t size = 0; size < sizeof(image); size++) {
        const char *reason = elf_open(&elf, guarded_copy(&image, size), size);

        cr_assert_not_null(reason, "accepted %zu bytes", size);
        if (size >= 4)
            cr_assert_eq(strncmp(reason, "cut short", 9), 0, "%zu bytes: %s", size, reason);
    }
}

Test(elf, refuses_other_classes_and_machines)
{
    image.header.ident[ELF_IDENT_CLASS] = ELF_CLASS_32;
    expect_refusal("32-bit");
    image.header.ident[ELF_IDENT_CLASS] = 3;
    expect_refusal("neither 32-bit nor 64-bit");
    image = elf_image_make();
    image.header.ident[ELF_IDENT_DATA] = 2;
    expect_refusal("not little-endian");
    image = elf_image_make();
    image.header.version = 2;
    expect_refusal("unknown version of ELF");
    image = elf_image_make();
    image.header.machine = 183;
    expect_refusal("for another machine");
    image = elf_image_make();
    image.header.type = 3;
    expect_refusal("not an executable for fixed addresses");
    image = elf_image_make();
    image.programs[IMAGE_NOTE].type = ELF_PROGRAM_INTERPRETER;
    expect_refusal("needs a dynamic linker");
}

Test(elf, refuses_header_tables_that_lie_outside)
{
    image.header.program_offset = UINT64_MAX - 8;
    expect_refusal("cut short: program headers end beyond the file");
    image.header.program_offset = sizeof(image) - sizeof(struct elf_program);
    expect_refusal("cut short: program headers end beyond the file");
    image = elf_image_make();
    image.header.section_offset = UINT64_MAX - 8;
    expect_refusal("cut short: section headers end beyond the file");
    image = elf_image_make();
    image.header.program_size = 55;
    expect_refusal("program headers of unknown size");
    image = elf_image_make();
    image.header.section_size = 63;
    expect_refusal("section headers of unknown size");
    image = elf_image_make();
    image.header.program_count = ELF_MAX_PROGRAM_HEADERS + 1;
    expect_refusal("too many program headers");
}

Test(elf, refuses_segments_that_lie_about_their_sizes)
{
    image.programs[IMAGE_DATA].file_size = 0x2001;
    expect_refusal("file size larger than memory size");
    image = elf_image_make();
    image.programs[IMAGE_DATA].file_size = sizeof(image) - 64 + 1;
    expect_refusal("cut short: a segment ends beyond the file");
    image = elf_image_make();
    image.programs[IMAGE_DATA].offset = UINT64_MAX - 4095 + 64;
    image.programs[IMAGE_DATA].file_size = 0x1fff;
    expect_refusal("cut short: a segment ends beyond the file");
}

Test(elf, refuses_segments_that_wrap_around)
{
    image.programs[IMAGE_DATA].memory_size = UINT64_MAX;
    expect_refusal("segment wraps around");
    image = elf_image_make();
    image.programs[IMAGE_DATA].virtual = 0xfffffffffffff040;
    expect_refusal("segment wraps around");
    image = elf_image_make();
    image.programs[IMAGE_DATA].physical = 0xffffffffffffe040;
    expect_refusal("segment wraps around");
    image.programs[IMAGE_DATA].physical = 0xffffffffffffd040;
    image.programs[IMAGE_DATA].memory_size = 0x1fc0;
    cr_assert_null(image_open());
    image.programs[IMAGE_DATA].memory_size++;
    expect_refusal("segment wraps around");
}

Test(elf, refuses_segments_that_share_a_page)
{
    image.programs[IMAGE_DATA].virtual = IMAGE_TEXT_ADDRESS + 0x1040;
    expect_refusal("segments overlap");
    image = elf_image_make();
    image.programs[IMAGE_DATA].physical = IMAGE_TEXT_ADDRESS + 0x1040;
    expect_refusal("segments overlap");
    image = elf_image_make();
    image.programs[IMAGE_DATA].virtual = IMAGE_TEXT_ADDRESS - 0x3000 + 64;
    cr_assert_null(image_open());
    image.programs[IMAGE_DATA].memory_size = 0x3000;
    expect_refusal("segments overlap");
    image = elf_image_make();
    image.programs[IMAGE_TEXT].memory_size = 0x100000;
    expect_refusal("segments overlap");
}

Test(elf, refuses_segments_that_share_a_page_without_sharing_a_byte)
{
    struct elf_program data;

    image.programs[IMAGE_TEXT].memory_size = 0x1020;
    image.programs[IMAGE_TEXT].file_size = 0x100;
    image.programs[IMAGE_DATA].virtual = IMAGE_TEXT_ADDRESS + 0x1040;
    expect_refusal("segments overlap");
    data = image.programs[IMAGE_DATA];
    image.programs[IMAGE_DATA] = image.programs[IMAGE_TEXT];
    image.programs[IMAGE_TEXT] = data;
    expect_refusal("segments overlap");
}

Test(elf, refuses_segments_at_odds_with_their_pages)
{
    image.programs[IMAGE_DATA].virtual += 1;
    image.programs[IMAGE_DATA].physical += 1;
    expect_refusal("segment is not congruent with its page");
    image = elf_image_make();
    image.programs[IMAGE_DATA].physical += 1;
    expect_refusal("segment is not congruent with its page");
    image = elf_image_make();
    image.programs[IMAGE_DATA].offset++;
    expect_refusal("segment is not congruent with its page");
    image.programs[IMAGE_DATA].file_size = 0;
    cr_assert_null(image_open());
}

Test(elf, refuses_memory_that_is_writable_and_executable)
{
    image.programs[IMAGE_DATA].flags |= ELF_EXECUTE;
    expect_refusal("segment is both writable and executable");
}

Test(elf, refuses_an_entry_outside_of_the_code)
{
    const char *expected = "entry lies outside every executable segment";

    image.header.entry = IMAGE_DATA_ADDRESS + 64;
    expect_refusal(expected);
    image.header.entry = IMAGE_TEXT_ADDRESS - 1;
    expect_refusal(expected);
    image.header.entry = IMAGE_TEXT_ADDRESS + 0x1800;
    expect_refusal(expected);
    image.header.entry--;
    cr_assert_null(image_open());
    image.header.program_count = 0;
    expect_refusal(expected);
}

Test(elf, finds_a_note_by_name_and_type)
{
    uint32_t size = 0;

    cr_assert_null(image_open());
    const void *note = elf_note(&elf, "owner", IMAGE_NOTE_TYPE, &size);

    cr_assert_not_null(note);
    cr_assert_eq(size, 8);
    cr_assert_eq(memcmp(note, "contents", 8), 0);
    cr_assert_null(elf_note(&elf, "owner", IMAGE_NOTE_TYPE + 1, &size));
    cr_assert_null(elf_note(&elf, "other", IMAGE_NOTE_TYPE, &size));
    cr_assert_null(elf_note(&elf, "owne", IMAGE_NOTE_TYPE, &size));
}

Test(elf, finds_a_note_behind_another)
{
    const struct elf_note_head second = {.name_size = 2, .descriptor_size = 0, .type = 1};
    uint8_t *behind = (uint8_t *)&image + offsetof(struct elf_image, note_descriptor);
    uint32_t size = 9;

    // The first note keeps nothing but its name; the second takes the place of its descriptor and of a
    // section header.
    image.note.descriptor_size = 0;
    image.header.section_count = 0;
    image.programs[IMAGE_NOTE].file_size = 20 + sizeof(second) + 4;
    memcpy(behind, &second, sizeof(second));
    memcpy(behind + sizeof(second), "x", 2);
    cr_assert_null(image_open());
    cr_assert_not_null(elf_note(&elf, "x", 1, &size));
    cr_assert_eq(size, 0);
    cr_assert_not_null(elf_note(&elf, "owner", IMAGE_NOTE_TYPE, &size));
}

Test(elf, finds_a_note_whose_parts_are_padded_to_eight_bytes)
{
    uint32_t size = 0;

    image.programs[IMAGE_NOTE].align = 8;
    image.note.descriptor_size = 4;
    cr_assert_null(image_open());
    const void *note = elf_note(&elf, "owner", IMAGE_NOTE_TYPE, &size);

    cr_assert_not_null(note);
    cr_assert_eq(size, 4);
    cr_assert_eq(memcmp(note, "ents", 4), 0);
}

Test(elf, notes_that_lie_about_their_sizes_are_not_found)
{
    const uint32_t sizes[] = {9, 12, 0x7fffffff, 0xfffffff0, 0xffffffff};
    uint32_t size;

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        image = elf_image_make();
        image.note.descriptor_size = sizes[i];
        cr_assert_null(image_open());
        cr_assert_null(elf_note(&elf, "owner", IMAGE_NOTE_TYPE, &size));
        image = elf_image_make();
        image.note.name_size = sizes[i] + 8;
        cr_assert_null(image_open());
        cr_assert_null(elf_note(&elf, "owner", IMAGE_NOTE_TYPE, &size));
    }
    image = elf_image_make();
    image.programs[IMAGE_NOTE].file_size = sizeof(image);
    cr_assert_null(image_open());
    cr_assert_null(elf_note(&elf, "owner", IMAGE_NOTE_TYPE, &size));
    image.programs[IMAGE_NOTE].file_size = 14;
    cr_assert_null(image_open());
    cr_assert_null(elf_note(&elf, "owner", IMAGE_NOTE_TYPE, &size));
}

Test(elf, nothing_behind_the_notes_is_taken_for_a_note)
{
    const struct elf_note_head beyond = {.name_size = 2, .descriptor_size = 0, .type = 1};
    uint8_t *behind = (uint8_t *)&image + offsetof(struct elf_image, note) + IMAGE_NOTE_SIZE;
    uint32_t size;

    image.header.section_count = 0;
    memcpy(behind, &beyond, sizeof(beyond));
    memcpy(behind + sizeof(beyond), "x", 2);
    cr_assert_null(image_open());
    cr_assert_null(elf_note(&elf, "x", 1, &size));
    // The first note's padding now reaches beyond the end.
    image.note.descriptor_size = 5;
    image.programs[IMAGE_NOTE].file_size = 25;
    cr_assert_null(image_open());
    cr_assert_null(elf_note(&elf, "x", 1, &size));
    cr_assert_not_null(elf_note(&elf, "owner", IMAGE_NOTE_TYPE, &size));
}

Test(elf, gives_the_symbols)
{
    struct symbol_table table;

    cr_assert_null(image_open());
    cr_assert(elf_symbols(&elf, &table));
    cr_assert_eq(table.count, IMAGE_SYMBOL_COUNT);
    cr_assert_eq(table.names_size, sizeof(image.names));
}

Test(elf, refuses_symbols_that_are_malformed)
{
    struct symbol_table table;
    const struct elf_image good = elf_image_make();

    image.sections[IMAGE_SYMBOLS].size = UINT64_MAX;
    cr_assert_null(image_open());
    cr_assert_not(elf_symbols(&elf, &table));
    cr_assert_eq(table.count, 0);
    image = good;
    image.sections[IMAGE_NAMES].offset = sizeof(image) - 1;
    cr_assert_null(image_open());
    cr_assert_not(elf_symbols(&elf, &table));
    image = good;
    image.sections[IMAGE_SYMBOLS].link = IMAGE_SECTIONS;
    cr_assert_null(image_open());
    cr_assert_not(elf_symbols(&elf, &table));
    image = good;
    image.names[sizeof(image.names) - 1] = 'x';
    cr_assert_null(image_open());
    cr_assert_not(elf_symbols(&elf, &table));
    image = good;
    image.header.section_count = IMAGE_NAMES;
    cr_assert_null(image_open());
    cr_assert_not(elf_symbols(&elf, &table));
    image = good;
    image.header.section_count = 0;
    cr_assert_null(image_open());
    cr_assert_not(elf_symbols(&elf, &table));
}

Test(elf, no_single_wrong_byte_leads_outside_of_the_file)
{
    uint8_t *bytes = (uint8_t *)&image;
    const uint8_t wrong[] = {0x00, 0x01, 0x7f, 0x80, 0xff};

    for (size_t i = 4; i < sizeof(image); i++) {
        for (size_t j = 0; j < sizeof(wrong); j++) {
            uint8_t right = bytes[i];

            bytes[i] = wrong[j];
            if (image_open() == NULL)
                walk();
            bytes[i] = right;
        }
    }
}
