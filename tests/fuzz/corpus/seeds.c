// SPDX-License-Identifier: MIT
// Writes the fuzzers' seeds: small valid and nearly valid inputs, from the builders of the unit tests. Run it
// with the corpus folder as argument after a change of those, and commit the files.
#include "tests/fuzz/mmu/step.h"
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

// Frames of the first domain: its tables of levels 1 to 4, and data.
enum { LEVEL1 = WORLD_TABLES, LEVEL2, LEVEL4 = LEVEL1 + 3, DATA, MORE };

// Kinds of an entry.
enum { WRITABLE = 1, READABLE = 2 };

// Data is mapped, unmapped, a table, and linked, while processors remember it.
static const struct mmu_step mmu_retype[] = {
    {.verb = VERB_WRITE, .frame = DATA, .slot = 2, .target = MORE, .kind = WRITABLE},
    {.verb = VERB_INTERPOSE, .frame = DATA, .slot = 3, .argument = 1, .kind = WRITABLE},
    {.verb = VERB_SET, .frame = LEVEL1, .target = DATA, .kind = READABLE},
    {.verb = VERB_RETYPE, .frame = DATA, .kind = 1},
    {.verb = VERB_SET, .frame = LEVEL2, .slot = 2, .target = DATA, .kind = WRITABLE},
    {.verb = VERB_SET_KEEP, .frame = LEVEL2, .slot = 2},
    {.verb = VERB_RETYPE, .frame = DATA},
};

// A batch of each operation, by their numbers; the root changes in it.
static const struct mmu_step mmu_batch[] = {
    {.verb = VERB_BATCH, .argument = 9},
    {.verb = 0, .frame = LEVEL1, .slot = 2, .target = MORE, .kind = WRITABLE},
    {.verb = 1, .frame = LEVEL1, .slot = 2, .target = MORE, .kind = READABLE},
    {.verb = 3, .frame = MORE, .kind = 4},
    {.verb = 5, .kind = 3},
    {.verb = 6, .slot = 1, .kind = 1},
    {.verb = 4, .frame = MORE, .kind = 1},
    {.verb = 4, .frame = MORE, .kind = 0},
    {.verb = 0, .frame = LEVEL1, .slot = 2},
    {.verb = 2, .frame = LEVEL4},
};

// Entries by address and by exchange, once with what is not there; descriptors; bits that a processor sets
// meanwhile.
static const struct mmu_step mmu_entries[] = {
    {.verb = VERB_ADDRESS_SET, .target = MORE, .kind = WRITABLE, .flags = STEP_FAST},
    {.verb = VERB_EXCHANGE, .frame = LEVEL1, .target = MORE, .kind = WRITABLE, .argument = 1},
    {.verb = VERB_INTERPOSE, .frame = LEVEL1, .kind = 0x80, .argument = 2},
    {.verb = VERB_EXCHANGE, .frame = LEVEL1, .target = DATA, .kind = WRITABLE},
    {.verb = VERB_SET, .frame = LEVEL1, .target = DATA, .kind = WRITABLE},
    {.verb = VERB_INTERPOSE, .frame = LEVEL1, .kind = 0x80, .argument = 2},
    {.verb = VERB_SET_KEEP, .frame = LEVEL1, .target = MORE, .kind = WRITABLE},
    {.verb = VERB_CLEAR, .frame = DATA, .kind = 5},
    {.verb = VERB_SET, .frame = DATA, .kind = 7},
    {.verb = VERB_LOAD, .frame = DATA, .kind = 2},
    {.verb = VERB_FLUSH_PAGE, .kind = 3},
};

// Mappings that processors remember, after what makes only one of them forget: a flush of either kind, a load
// of either.
#define MAP                                                                                                  \
    {                                                                                                        \
        .verb = VERB_SET, .frame = LEVEL1, .target = DATA, .kind = WRITABLE                                  \
    }
#define UNMAP                                                                                                \
    {                                                                                                        \
        .verb = VERB_SET, .frame = LEVEL1                                                                    \
    }
#define TO_TABLE                                                                                             \
    {                                                                                                        \
        .verb = VERB_CLEAR, .frame = DATA, .kind = 1                                                         \
    }
#define TO_DATA                                                                                              \
    {                                                                                                        \
        .verb = VERB_RETYPE, .frame = DATA                                                                   \
    }
static const struct mmu_step mmu_stale[] = {
    UNMAP,
    {.verb = VERB_FLUSH, .kind = 1},
    TO_TABLE,
    TO_DATA,
    MAP,
    UNMAP,
    {.verb = VERB_FLUSH, .flags = STEP_FAST},
    TO_TABLE,
    TO_DATA,
    MAP,
    UNMAP,
    {.verb = VERB_LOAD, .frame = LEVEL4},
    TO_TABLE,
    TO_DATA,
    MAP,
    UNMAP,
    {.verb = VERB_LOAD, .frame = LEVEL4, .flags = STEP_FAST},
    TO_TABLE,
};

// Virtual CPUs stop and run, domains end and build tables again.
static const struct mmu_step mmu_domains[] = {
    {.verb = VERB_RUN, .who = 1, .flags = STEP_RAW_ADDRESS},
    {.verb = VERB_RUN, .who = 2},
    {.verb = VERB_LOAD, .frame = LEVEL4, .kind = 1},
    {.verb = VERB_FLUSH, .who = 1, .kind = 1},
    {.verb = VERB_END, .argument = 9},
    {.verb = VERB_BUILD, .who = 2, .frame = DATA, .target = MORE},
};

static void mmu_seeds_write(void)
{
    seed_write("mmu/retype", mmu_retype, sizeof(mmu_retype));
    seed_write("mmu/batch", mmu_batch, sizeof(mmu_batch));
    seed_write("mmu/entries", mmu_entries, sizeof(mmu_entries));
    seed_write("mmu/stale", mmu_stale, sizeof(mmu_stale));
    seed_write("mmu/domains", mmu_domains, sizeof(mmu_domains));
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
    mmu_seeds_write();
    return 0;
}
