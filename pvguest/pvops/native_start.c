// SPDX-License-Identifier: MIT
// What a hypervisor's loader does for a guest, done by the guest itself on the bare machine: reads what the
// boot loader left (Multiboot2 specification, 3.6), maps image and window with their permissions, and writes
// the same start info. From there on nothing knows how the machine was started.
#include "pvops/backend.h"
#include "pvops/native.h"
#include "pvops/native_processors.h"
#include "pvops/pc.h"
#include "pvops/privileged.h"
#include "pvops/screen_text.h"

enum {
    TAG_END = 0,
    TAG_COMMAND_LINE = 1,
    TAG_MEMORY_MAP = 6,
    TAG_FRAMEBUFFER = 8,
    TAG_ACPI_OLD = 14,
    TAG_ACPI_NEW = 15,
    TAG_ALIGNMENT = 8,
    MEMORY_USABLE = 1,
    FRAMEBUFFER_TEXT = 2,
    CELL_SIZE = 2,

    ENTRIES = 512,
    IMAGE_TABLES = 16, // level-1 tables for the image: 32 MiB
};

#define PTE_PRESENT UINT64_C(0x1)
#define PTE_WRITE   UINT64_C(0x2)
#define PTE_NX      UINT64_C(0x8000000000000000)

struct tag {
    uint32_t type;
    uint32_t size;
};

struct memory_map_tag {
    struct tag tag;
    uint32_t entry_size;
    uint32_t entry_version;
};

struct memory_map_entry {
    uint64_t start;
    uint64_t length;
    uint32_t type;
    uint32_t reserved;
};

struct framebuffer_tag {
    struct tag tag;
    uint64_t address;
    uint32_t pitch; // bytes of a row
    uint32_t width, height;
    uint8_t bits;
    uint8_t type;
    uint16_t reserved;
};

// From the linker script: virtual addresses at which the parts of the image begin, and the end of the last.
extern const char pv_image_text[], pv_image_rodata[], pv_image_data[], pv_image_end[];

typedef uint64_t table[ENTRIES] __attribute__((aligned(4096)));

static table image_level2, image_level1[IMAGE_TABLES], window_level2, window_level1;
static struct pv_vcpu_page vcpu_page __attribute__((aligned(4096)));
static const void *acpi_root; // NULL: there is none
static uint64_t free_start;   // up to start_info.reserved_at
static struct pv_start_info start_info = {
    .magic = PV_START_MAGIC,
    .version = PV_VERSION,
    .physmap = NATIVE_PHYSMAP,
    .vcpus = 1,
    .name = "native",
};

static void *physical(uint64_t address)
{
    return (void *)(uintptr_t)(NATIVE_PHYSMAP + address);
}

static uint64_t image_physical(const volatile void *address)
{
    return (uintptr_t)address - NATIVE_IMAGE;
}

static void command_line_take(const struct tag *tag)
{
    const char *text = (const char *)(tag + 1);
    uint32_t length = tag->size - (uint32_t)sizeof *tag;

    for (uint32_t i = 0; i < length && i < sizeof start_info.command_line - 1; i++)
        start_info.command_line[i] = text[i];
}

// The largest range of free memory is the kernel's to use; what lies below the image's end never is.
static void range_take(uint64_t start, uint64_t end)
{
    const uint64_t page = PV_PAGE_SIZE - 1, image_end = image_physical(pv_image_end);

    end = (end < NATIVE_MEMORY_LIMIT ? end : NATIVE_MEMORY_LIMIT) & ~page;
    start = ((start > image_end ? start : image_end) + page) & ~page;
    if (end > start_info.memory)
        start_info.memory = end;
    if (start < end && end - start > start_info.reserved_at - free_start) {
        free_start = start;
        start_info.reserved_at = end;
    }
}

static void memory_take(const struct tag *tag)
{
    const struct memory_map_tag *map = (const struct memory_map_tag *)tag;
    const char *end = (const char *)tag + tag->size;

    for (const char *at = (const char *)(map + 1); at < end; at += map->entry_size) {
        const struct memory_map_entry *entry = (const struct memory_map_entry *)at;

        if (entry->type == MEMORY_USABLE) {
            range_take(entry->start, entry->start + entry->length);
            native_processors_memory(entry->start, entry->start + entry->length);
        }
    }
}

// A screen of pixels is left alone.
static void screen_take(const struct tag *tag)
{
    const struct framebuffer_tag *screen = (const struct framebuffer_tag *)tag;
    uint64_t size = (uint64_t)screen->pitch * screen->height;

    if (screen->type == FRAMEBUFFER_TEXT && screen->width && screen->pitch == screen->width * CELL_SIZE &&
        size && size < NATIVE_MEMORY_LIMIT && screen->address < NATIVE_MEMORY_LIMIT - size)
        screen_text_open(physical(screen->address), screen->width, screen->height);
}

static void information_read(uint64_t information)
{
    const struct tag *tag = physical(information + TAG_ALIGNMENT);

    while (tag->type != TAG_END) {
        if (tag->type == TAG_COMMAND_LINE)
            command_line_take(tag);
        if (tag->type == TAG_MEMORY_MAP)
            memory_take(tag);
        if (tag->type == TAG_FRAMEBUFFER)
            screen_take(tag);
        if (tag->type == TAG_ACPI_OLD || tag->type == TAG_ACPI_NEW)
            acpi_root = tag + 1; // of both the new one is the later
        tag = (const struct tag *)((const char *)tag +
                                   ((tag->size + TAG_ALIGNMENT - 1) & ~(uint32_t)(TAG_ALIGNMENT - 1)));
    }
}

static uint64_t table_entry(const volatile void *below)
{
    return image_physical(below) | PTE_WRITE | PTE_PRESENT;
}

static uint64_t page_entry(uintptr_t address)
{
    uint64_t entry = (address - NATIVE_IMAGE) | PTE_PRESENT;

    if (address >= (uintptr_t)pv_image_rodata)
        entry |= PTE_NX;
    if (address >= (uintptr_t)pv_image_data)
        entry |= PTE_WRITE;
    return entry;
}

static unsigned index_at(uintptr_t address, unsigned level)
{
    return address >> (12 + 9 * (level - 1)) & (ENTRIES - 1);
}

static void image_map(void)
{
    uintptr_t first = (uintptr_t)pv_image_text & ~(uintptr_t)(PV_PAGE_SIZE - 1);

    if (index_at((uintptr_t)pv_image_end - 1, 2) >= IMAGE_TABLES)
        __builtin_trap();
    for (uintptr_t address = first; address < (uintptr_t)pv_image_end; address += PV_PAGE_SIZE)
        image_level1[index_at(address, 2)][index_at(address, 1)] = page_entry(address);
    for (unsigned i = 0; i < IMAGE_TABLES; i++)
        image_level2[i] = table_entry(image_level1[i]);
}

// There is no page of calls in this window, but the page with the clock.
static void window_map(void)
{
    uintptr_t address = (uintptr_t)&pv_vcpu_page;

    window_level1[index_at(address, 1)] = image_physical(&vcpu_page) | PTE_NX | PTE_WRITE | PTE_PRESENT;
    window_level2[index_at(address, 2)] = table_entry(window_level1);
    native_image_level3[index_at(address, 3)] = table_entry(window_level2);
}

// The image is mapped anew while it runs: each address leads to where it led before.
static void space_open(void)
{
    image_map();
    window_map();
    native_image_level3[index_at(NATIVE_IMAGE, 3)] = table_entry(image_level2);
    for (unsigned i = 0; i < sizeof native_level2 / sizeof native_level2[0]; i++)
        native_level2[i] |= PTE_NX;
    cr3_write(image_physical(native_level4));
}

void native_space_close(void)
{
    native_level4[0] = 0;
    cr3_write(image_physical(native_level4));
}

void native_start(uint64_t information)
{
    pv_start_info = &start_info;
    information_read(information);
    space_open();
    start_info.window = (uintptr_t)pv_entry_page;
    start_info.root = image_physical(native_level4);
    pc_clock_start(&vcpu_page.clock);
    start_info.wall_clock = pc_wall_clock();
    start_info.vcpus = native_processors_find(acpi_root);
    pv_start_with(&pvops_native, &start_info, free_start);
}
