// SPDX-License-Identifier: MIT
// Symbols: which name an address gets, from an ELF file's table and from sections that a boot loader placed.
#include "lib/symbol.h"

#include "elf_image.h"
#include "guarded.h"

#include <criterion/criterion.h>

static struct elf_image image;
static struct symbol_table table;

static void setup(void)
{
    image = elf_image_make();
    cr_assert(symbol_table_make(&table, image.symbols, sizeof(image.symbols), sizeof(struct elf_symbol),
                                image.names, sizeof(image.names)));
}

static void expect_name(uint64_t address, const char *name, uint64_t distance)
{
    uint64_t offset = UINT64_MAX;
    const char *found = symbol_find(&table, address, &offset);

    cr_assert_not_null(found, "no name for %#lx, expected %s", address, name);
    cr_assert_str_eq(found, name);
    cr_assert_eq(offset, distance);
}

static void expect_none(uint64_t address)
{
    uint64_t offset;

    cr_assert_null(symbol_find(&table, address, &offset));
}

TestSuite(symbol, .init = setup);

Test(symbol, names_an_address_within_a_function)
{
    expect_name(IMAGE_TEXT_ADDRESS + 0x100, "f", 0);
    expect_name(IMAGE_TEXT_ADDRESS + 0x11f, "f", 0x1f);
    expect_name(IMAGE_TEXT_ADDRESS + 0x210, "g", 0x10);
}

Test(symbol, does_not_name_what_lies_behind_a_function)
{
    expect_none(IMAGE_TEXT_ADDRESS + 0xff);
    expect_none(IMAGE_TEXT_ADDRESS + 0x120);
    expect_none(0);
    expect_none(UINT64_MAX);
    image.symbols[2].size = UINT64_MAX;
    expect_none(IMAGE_TEXT_ADDRESS + 0x180);
}

Test(symbol, names_by_a_global_label_up_to_a_limit)
{
    expect_name(IMAGE_TEXT_ADDRESS + 0x300, "entry", 0);
    expect_name(IMAGE_TEXT_ADDRESS + 0x300 + SYMBOL_REACH - 1, "entry", SYMBOL_REACH - 1);
    expect_none(IMAGE_TEXT_ADDRESS + 0x300 + SYMBOL_REACH);
}

Test(symbol, local_labels_and_data_give_no_names)
{
    expect_name(IMAGE_TEXT_ADDRESS + 0x304, "entry", 4);
    expect_name(IMAGE_TEXT_ADDRESS + 0x308, "entry", 8);
}

Test(symbol, undefined_and_absolute_symbols_give_no_names)
{
    image.symbols[1].section = ELF_SECTION_UNDEFINED;
    image.symbols[2].section = 0xfff1;
    expect_none(IMAGE_TEXT_ADDRESS + 0x100);
    expect_none(IMAGE_TEXT_ADDRESS + 0x200);
}

Test(symbol, prefers_the_nearer_symbol_and_then_the_one_with_a_size)
{
    image.symbols[2].value = IMAGE_TEXT_ADDRESS + 0xf8;
    expect_name(IMAGE_TEXT_ADDRESS + 0x108, "f", 8);
    image.symbols[2].value = IMAGE_TEXT_ADDRESS + 0x110;
    expect_name(IMAGE_TEXT_ADDRESS + 0x118, "g", 8);
    image.symbols[3].value = IMAGE_TEXT_ADDRESS + 0x110;
    expect_name(IMAGE_TEXT_ADDRESS + 0x118, "g", 8);
    image.symbols[2].size = 0;
    image.symbols[3].size = 16;
    expect_name(IMAGE_TEXT_ADDRESS + 0x118, "entry", 8);
}

Test(symbol, a_name_outside_of_the_names_is_no_name)
{
    image.symbols[1].name = sizeof(image.names);
    expect_none(IMAGE_TEXT_ADDRESS + 0x100);
    image.symbols[1].name = UINT32_MAX;
    expect_none(IMAGE_TEXT_ADDRESS + 0x100);
    image.symbols[1].name = 0;
    expect_none(IMAGE_TEXT_ADDRESS + 0x100);
}

Test(symbol, refuses_names_that_do_not_end)
{
    cr_assert_not(symbol_table_make(&table, image.symbols, 24, 24, "abc", 3));
    cr_assert_not(symbol_table_make(&table, image.symbols, 24, 24, "", 0));
    cr_assert_not(symbol_table_make(&table, image.symbols, 24, 16, "", 1));
    expect_none(IMAGE_TEXT_ADDRESS + 0x100);
}

Test(symbol, a_part_of_a_symbol_at_the_end_is_not_read)
{
    const void *symbols = guarded_copy(image.symbols, 3 * sizeof(struct elf_symbol) - 1);

    symbol_table_make(&table, symbols, 3 * sizeof(struct elf_symbol) - 1, sizeof(struct elf_symbol),
                      image.names, sizeof(image.names));
    expect_name(IMAGE_TEXT_ADDRESS + 0x100, "f", 0);
    expect_none(IMAGE_TEXT_ADDRESS + 0x200);
}

// The image as physical memory from 0x100000 on.
static const void *image_map(uint64_t physical, uint64_t size)
{
    if (physical < 0x100000 || physical - 0x100000 > sizeof(image) ||
        size > sizeof(image) - (physical - 0x100000))
        return NULL;
    return (const uint8_t *)&image + (physical - 0x100000);
}

static bool sections_read(uint32_t count, uint32_t entry_size)
{
    const void *headers = guarded_copy(image.sections, (size_t)count * entry_size);

    return symbol_table_from_sections(&table, headers, count, entry_size, image_map);
}

static void sections_place(void)
{
    image.sections[IMAGE_SYMBOLS].address = 0x100000 + offsetof(struct elf_image, symbols);
    image.sections[IMAGE_NAMES].address = 0x100000 + offsetof(struct elf_image, names);
}

Test(symbol, reads_sections_at_their_physical_addresses)
{
    sections_place();
    cr_assert(sections_read(IMAGE_SECTIONS, sizeof(struct elf_section)));
    expect_name(IMAGE_TEXT_ADDRESS + 0x210, "g", 0x10);
}

Test(symbol, refuses_sections_out_of_reach_or_malformed)
{
    cr_assert_not(sections_read(IMAGE_SECTIONS, sizeof(struct elf_section)));
    sections_place();
    cr_assert_not(sections_read(IMAGE_SECTIONS, sizeof(struct elf_section) - 8));
    cr_assert_not(sections_read(IMAGE_NAMES, sizeof(struct elf_section)));
    cr_assert_not(sections_read(0, sizeof(struct elf_section)));
    image.sections[IMAGE_NAMES].size += 1;
    cr_assert_not(sections_read(IMAGE_SECTIONS, sizeof(struct elf_section)));
    sections_place();
    image.sections[IMAGE_NAMES].size -= 1;
    image.sections[IMAGE_SYMBOLS].link = UINT32_MAX;
    cr_assert_not(sections_read(IMAGE_SECTIONS, sizeof(struct elf_section)));
    image.sections[IMAGE_SYMBOLS].link = IMAGE_SYMBOLS;
    cr_assert_not(sections_read(IMAGE_SECTIONS, sizeof(struct elf_section)));
    expect_none(IMAGE_TEXT_ADDRESS + 0x100);
}
