// SPDX-License-Identifier: MIT
// The boot information: what is found in a typical one, and by which words each kind of garbled one is
// refused.
#include "lib/multiboot2.h"

#include "boot_image.h"
#include "guarded.h"

#include <criterion/criterion.h>
#include <string.h>

static struct boot_image image;
static struct boot_info info;

static const char *image_read(void)
{
    return multiboot2_read(guarded_copy(image.bytes, image.size), image.size, &info);
}

static void expect_refusal(const char *expected)
{
    const char *reason = image_read();

    cr_assert_not_null(reason, "accepted, expected: %s", expected);
    cr_assert_str_eq(reason, expected);
}

static void word_set(uint32_t offset, uint32_t value)
{
    memcpy(image.bytes + offset, &value, 4);
}

Test(multiboot2, a_typical_boot)
{
    boot_image_typical(&image);
    cr_assert_null(image_read());
    cr_assert_str_eq(info.command_line, "console=serial loglevel=2");
    cr_assert_str_eq(info.loader, "GRUB 2.06");
    cr_assert_eq(info.module_count, 2);
    cr_assert_eq(info.modules[0].start, 0x200000);
    cr_assert_eq(info.modules[0].end, 0x280000);
    cr_assert_str_eq(info.modules[0].command_line, "name=alpha mem=64M");
    cr_assert_str_eq(info.modules[1].command_line, "");
    cr_assert_eq(info.sections.count, 2);
    cr_assert_eq(info.sections.entry_size, 64);
    cr_assert_eq(info.sections.names, 1);
}

Test(multiboot2, the_memory_map_as_told)
{
    const enum memory_kind kinds[] = {MEMORY_RESERVED, MEMORY_USABLE, MEMORY_RESERVED, MEMORY_ACPI,
                                      MEMORY_RESERVED, MEMORY_BAD,    MEMORY_RESERVED};
    uint64_t entries[7][3];

    for (uint64_t i = 0; i < 7; i++) {
        entries[i][0] = (i + 4) << 30;
        entries[i][1] = 4096;
        entries[i][2] = i;
    }
    boot_image_begin(&image);
    boot_image_memory(&image, entries, 7);
    boot_image_end(&image);
    cr_assert_null(image_read());
    cr_assert_eq(info.memory.count, 7);
    for (uint64_t i = 0; i < 7; i++) {
        cr_assert_eq(info.memory.regions[i].start, (i + 4) << 30);
        cr_assert_eq(info.memory.regions[i].end, ((i + 4) << 30) + 4096);
        cr_assert_eq(info.memory.regions[i].kind, kinds[i]);
    }
}

Test(multiboot2, the_framebuffer)
{
    boot_image_typical(&image);
    cr_assert_null(image_read());
    cr_assert(info.framebuffer.present);
    cr_assert_eq(info.framebuffer.address, 0xfd000000);
    cr_assert_eq(info.framebuffer.pitch, 4096);
    cr_assert_eq(info.framebuffer.width, 1024);
    cr_assert_eq(info.framebuffer.height, 768);
    cr_assert_eq(info.framebuffer.bits, 32);
    cr_assert_eq(info.framebuffer.type, FRAMEBUFFER_RGB);
    cr_assert_eq(info.framebuffer.red.position, 16);
    cr_assert_eq(info.framebuffer.green.position, 8);
    cr_assert_eq(info.framebuffer.blue.position, 0);
    cr_assert_eq(info.framebuffer.blue.size, 8);
}

Test(multiboot2, the_newer_acpi_pointer_wins_in_either_order)
{
    boot_image_typical(&image);
    cr_assert_null(image_read());
    cr_assert_eq(memcmp(info.rsdp, "RSD PTR new", 11), 0);
    cr_assert_eq(info.rsdp_size, 12);
    boot_image_begin(&image);
    boot_image_tag(&image, BOOT_TAG_ACPI_OLD, "old", 3);
    boot_image_tag(&image, BOOT_TAG_ACPI_NEW, "newer", 5);
    boot_image_end(&image);
    cr_assert_null(image_read());
    cr_assert_eq(info.rsdp_size, 5);
    cr_assert_eq(memcmp(info.rsdp, "newer", 5), 0);
}

Test(multiboot2, what_is_not_told_is_empty)
{
    memset(&info, 0xff, sizeof(info));
    boot_image_begin(&image);
    boot_image_tag(&image, 4711, "unknown", 7);
    boot_image_end(&image);
    cr_assert_null(image_read());
    cr_assert_str_eq(info.command_line, "");
    cr_assert_str_eq(info.loader, "");
    cr_assert_eq(info.module_count, 0);
    cr_assert_eq(info.memory.count, 0);
    cr_assert_not(info.framebuffer.present);
    cr_assert_null(info.rsdp);
    cr_assert_null(info.sections.headers);
}

Test(multiboot2, refuses_an_impossible_total_size)
{
    boot_image_typical(&image);
    cr_assert_str_eq(multiboot2_read(guarded_copy(image.bytes, 7), 7, &info),
                     "boot information is cut short");
    word_set(0, 7);
    expect_refusal("boot information has an impossible size");
    word_set(0, image.size + 1);
    expect_refusal("boot information has an impossible size");
    word_set(0, 0xffffffff);
    expect_refusal("boot information has an impossible size");
}

Test(multiboot2, refuses_impossible_tag_sizes)
{
    boot_image_begin(&image);
    uint32_t tag = boot_image_text(&image, BOOT_TAG_LOADER, "loader");

    boot_image_end(&image);
    const uint32_t sizes[] = {0, 7, image.size - tag + 1, 0x7fffffff, 0xfffffff8, 0xffffffff};

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        word_set(tag + 4, sizes[i]);
        expect_refusal("a tag of the boot information has an impossible size");
    }
}

Test(multiboot2, refuses_information_without_an_end)
{
    boot_image_begin(&image);
    expect_refusal("boot information has no end");
    boot_image_text(&image, BOOT_TAG_LOADER, "loader");
    expect_refusal("boot information has no end");
}

Test(multiboot2, refuses_texts_that_do_not_end)
{
    boot_image_begin(&image);
    boot_image_tag(&image, BOOT_TAG_COMMAND_LINE, "abc", 3);
    boot_image_end(&image);
    expect_refusal("command line is not terminated");
    boot_image_begin(&image);
    boot_image_tag(&image, BOOT_TAG_LOADER, "", 0);
    boot_image_end(&image);
    expect_refusal("name of the boot loader is not terminated");
    boot_image_begin(&image);
    boot_image_tag(&image, BOOT_TAG_MODULE, "\0\0\0\0\0\0\0\1abc", 11);
    boot_image_end(&image);
    expect_refusal("command line of a module is not terminated");
    boot_image_begin(&image);
    boot_image_tag(&image, BOOT_TAG_MODULE, "\0\0\0\0", 4);
    boot_image_end(&image);
    expect_refusal("command line of a module is not terminated");
}

Test(multiboot2, refuses_garbled_modules)
{
    boot_image_begin(&image);
    boot_image_module(&image, 0x2000, 0x1fff, "m");
    boot_image_end(&image);
    expect_refusal("a module ends before it starts");
    boot_image_begin(&image);
    for (int i = 0; i < BOOT_MAX_MODULES; i++)
        boot_image_module(&image, 0x2000, 0x2000, "m");
    uint32_t size = image.size;

    boot_image_end(&image);
    cr_assert_null(image_read());
    cr_assert_eq(info.module_count, BOOT_MAX_MODULES);
    image.size = size;
    boot_image_module(&image, 0x2000, 0x3000, "one too many");
    boot_image_end(&image);
    expect_refusal("more than 64 modules");
}

Test(multiboot2, refuses_garbled_memory_maps)
{
    uint64_t entries[200][3] = {{0, 4096, 1}, {0x1000, UINT64_MAX, 1}};

    boot_image_begin(&image);
    uint32_t tag = boot_image_memory(&image, entries, 1);

    boot_image_end(&image);
    word_set(tag + 8, 0);
    expect_refusal("memory map has entries of an impossible size");
    word_set(tag + 8, 16);
    expect_refusal("memory map has entries of an impossible size");
    word_set(tag + 8, 25);
    expect_refusal("memory map has entries of an impossible size");
    word_set(tag + 8, 32);
    expect_refusal("memory map ends within an entry");
    word_set(tag + 4, 15);
    expect_refusal("memory map is cut short");
    boot_image_begin(&image);
    boot_image_memory(&image, entries, 2);
    boot_image_end(&image);
    expect_refusal("a region of memory wraps around");
    for (uint64_t i = 0; i < 200; i++)
        entries[i][1] = 1;
    boot_image_begin(&image);
    boot_image_memory(&image, entries, 200);
    boot_image_end(&image);
    expect_refusal("too many regions of memory");
}

Test(multiboot2, reads_memory_maps_with_larger_entries)
{
    uint64_t payload[1 + 2 * 4] = {32, 0x1000, 0x2000, 1, UINT64_MAX, 0x8000, 0x3000, 2, UINT64_MAX};

    boot_image_begin(&image);
    boot_image_tag(&image, BOOT_TAG_MEMORY_MAP, payload, sizeof(payload));
    boot_image_end(&image);
    cr_assert_null(image_read());
    cr_assert_eq(info.memory.count, 2);
    cr_assert_eq(info.memory.regions[1].start, 0x8000);
    cr_assert_eq(info.memory.regions[1].end, 0xb000);
}

Test(multiboot2, refuses_framebuffers_and_sections_cut_short)
{
    const uint8_t rgb[24 + 5] = {[21] = FRAMEBUFFER_RGB};
    const uint32_t sections[] = {0x10000000, 0x40000000, 0};

    boot_image_begin(&image);
    boot_image_tag(&image, BOOT_TAG_FRAMEBUFFER, rgb, 23);
    boot_image_end(&image);
    expect_refusal("framebuffer is cut short");
    boot_image_begin(&image);
    boot_image_tag(&image, BOOT_TAG_FRAMEBUFFER, rgb, sizeof(rgb));
    boot_image_end(&image);
    expect_refusal("framebuffer is cut short");
    boot_image_begin(&image);
    boot_image_tag(&image, BOOT_TAG_SECTIONS, sections, 8);
    boot_image_end(&image);
    expect_refusal("section headers are cut short");
    boot_image_begin(&image);
    boot_image_tag(&image, BOOT_TAG_SECTIONS, sections, sizeof(sections));
    boot_image_end(&image);
    expect_refusal("section headers are cut short");
}

Test(multiboot2, no_single_wrong_byte_leads_outside_of_the_information)
{
    const uint8_t wrong[] = {0x00, 0x01, 0x7f, 0x80, 0xff};

    boot_image_typical(&image);
    for (uint32_t i = 0; i < image.size; i++) {
        for (size_t j = 0; j < sizeof(wrong); j++) {
            uint8_t right = image.bytes[i];

            image.bytes[i] = wrong[j];
            if (image_read() == NULL && info.sections.headers != NULL)
                cr_assert((const uint8_t *)info.sections.headers +
                              (size_t)info.sections.count * info.sections.entry_size <=
                          guarded_memory(0));
            image.bytes[i] = right;
        }
    }
}
