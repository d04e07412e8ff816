// SPDX-License-Identifier: MIT
// Writes the fuzzers' seeds: small valid and nearly valid inputs, from the builders of the unit tests. Run it
// with the corpus folder as argument after a change of those, and commit the files.
#include "tests/unit/boot_image.h"
#include "tests/unit/elf_image.h"

#include <stdio.h>
#include <stdlib.h>

static const char *corpus;

static void seed_write(const char *name, const void *bytes, size_t size)
{
    char path[512];

    snprintf(path, sizeof(path), "%s/%s", corpus, name);
    FILE *file = fopen(path, "wb");

    if (file == NULL || fwrite(bytes, 1, size, file) != size || fclose(file) != 0) {
        perror(path);
        exit(1);
    }
}

static void elf_seeds_write(void)
{
    struct elf_image image = elf_image_make();

    seed_write("elf/valid", &image, sizeof(image));
    seed_write("elf/cut-short", &image, sizeof(image) - 100);
    image.programs[IMAGE_DATA].virtual -= 0x1000;
    seed_write("elf/overlap", &image, sizeof(image));
    image = elf_image_make();
    image.programs[IMAGE_DATA].memory_size = UINT64_MAX - IMAGE_DATA_ADDRESS;
    seed_write("elf/wrap", &image, sizeof(image));
    image = elf_image_make();
    image.note.descriptor_size = UINT32_MAX;
    image.names[sizeof(image.names) - 1] = 'x';
    seed_write("elf/note-and-names", &image, sizeof(image));
    image = elf_image_make();
    image.programs[IMAGE_NOTE].align = 8;
    image.note.descriptor_size = 4;
    image.sections[IMAGE_SYMBOLS].size = UINT64_MAX;
    seed_write("elf/note-aligned", &image, sizeof(image));
}

// The section headers of a boot information, leading to the information itself as physical memory.
static void multiboot2_sections_write(void)
{
    struct {
        uint32_t count, entry_size, names;
        uint8_t sections[2 * sizeof(struct elf_section)];
        uint8_t symbols[2 * sizeof(struct elf_symbol)];
    } __attribute__((packed)) payload = {2, sizeof(struct elf_section), 1, {0}, {0}};
    const uint32_t symbols_at = 16 + offsetof(typeof(payload), symbols);
    const struct elf_section sections[2] = {
        {.type = ELF_SECTION_SYMBOLS, .address = symbols_at, .size = 48, .link = 1, .entry_size = 24},
        {.type = ELF_SECTION_STRINGS, .address = symbols_at + 48, .size = 8}};
    const struct elf_symbol symbols[2] = {{1, 2, 0, 1, 0x1000, 16}, {2, 16, 0, 1, 0xff0, 0}};
    struct boot_image image;

    memcpy(payload.sections, sections, sizeof(sections));
    memcpy(payload.symbols, symbols, sizeof(symbols));
    boot_image_begin(&image);
    boot_image_tag(&image, BOOT_TAG_SECTIONS, &payload, sizeof(payload));
    boot_image_tag(&image, BOOT_TAG_LOADER, "name", 5);
    boot_image_end(&image);
    seed_write("multiboot2/sections", image.bytes, image.size);
}

static void multiboot2_seeds_write(void)
{
    static const uint64_t memory[][3] = {{0, 0x1100, 1}, {0x1080, 0x2000, 2}, {UINT64_MAX - 10, 100, 1}};
    struct boot_image image;

    boot_image_typical(&image);
    seed_write("multiboot2/typical", image.bytes, image.size);
    seed_write("multiboot2/cut-short", image.bytes, image.size - 20);
    boot_image_begin(&image);
    boot_image_memory(&image, memory, 2);
    boot_image_end(&image);
    seed_write("multiboot2/overlap", image.bytes, image.size);
    boot_image_begin(&image);
    boot_image_memory(&image, memory, 3);
    boot_image_end(&image);
    seed_write("multiboot2/wrap", image.bytes, image.size);
    boot_image_begin(&image);
    boot_image_module(&image, 2, 1, "backwards");
    boot_image_end(&image);
    seed_write("multiboot2/module", image.bytes, image.size);
    boot_image_begin(&image);
    boot_image_tag(&image, BOOT_TAG_COMMAND_LINE, "endless", 7);
    seed_write("multiboot2/endless", image.bytes, image.size);
    multiboot2_sections_write();
}

int main(int count, char **arguments)
{
    if (count != 2) {
        fprintf(stderr, "usage: seeds CORPUS-FOLDER\n");
        return 2;
    }
    corpus = arguments[1];
    elf_seeds_write();
    multiboot2_seeds_write();
    return 0;
}
