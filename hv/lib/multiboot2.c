// SPDX-License-Identifier: MIT
// The boot information: a list of tags, each with type and size, walked once. multiboot2_read makes sure that
// a tag lies inside the information; each tag's reader then makes sure that what it reads lies inside the
// tag.
#include "lib/multiboot2.h"

#include "lib/string.h"

#include <stddef.h>

enum tag_type {
    TAG_END = 0,
    TAG_COMMAND_LINE = 1,
    TAG_LOADER = 2,
    TAG_MODULE = 3,
    TAG_MEMORY_MAP = 6,
    TAG_FRAMEBUFFER = 8,
    TAG_SECTIONS = 9,
    TAG_ACPI_OLD = 14,
    TAG_ACPI_NEW = 15,
};

struct tag {
    uint32_t type;
    uint32_t size; // with this head
};

struct tag_module {
    struct tag tag;
    uint32_t start;
    uint32_t end;
};

struct tag_memory_map {
    struct tag tag;
    uint32_t entry_size;
    uint32_t entry_version;
};

struct memory_entry {
    uint64_t start;
    uint64_t length;
    uint32_t type;
    uint32_t reserved;
};

struct tag_framebuffer {
    struct tag tag;
    uint64_t address;
    uint32_t pitch;
    uint32_t width;
    uint32_t height;
    uint8_t bits;
    uint8_t type;
    uint16_t reserved; // one byte in the text of 3.6.12, two in the specification's own header and in GRUB
};
_Static_assert(sizeof(struct tag_framebuffer) == 32, "colour information follows at offset 32");

// Section 3.6.7 draws these as 16 bits wide; the specification's own header and GRUB have 32.
struct tag_sections {
    struct tag tag;
    uint32_t count;
    uint32_t entry_size;
    uint32_t names;
};

// The terminated text that fills the tag from `offset` on, or NULL.
static const char *text_read(const uint8_t *tag, uint32_t size, uint32_t offset)
{
    for (uint32_t i = offset; i < size; i++) {
        if (tag[i] == '\0')
            return (const char *)tag + offset;
    }
    return NULL;
}

static const char *command_line_read(const uint8_t *tag, uint32_t size, struct boot_info *out)
{
    out->command_line = text_read(tag, size, sizeof(struct tag));
    return out->command_line != NULL ? NULL : "command line is not terminated";
}

static const char *loader_read(const uint8_t *tag, uint32_t size, struct boot_info *out)
{
    out->loader = text_read(tag, size, sizeof(struct tag));
    return out->loader != NULL ? NULL : "name of the boot loader is not terminated";
}

static const char *module_read(const uint8_t *tag, uint32_t size, struct boot_info *out)
{
    struct tag_module module;
    const char *command_line = text_read(tag, size, sizeof(module));

    if (command_line == NULL)
        return "command line of a module is not terminated";
    memcpy(&module, tag, sizeof(module));
    if (module.end < module.start)
        return "a module ends before it starts";
    if (out->module_count == BOOT_MAX_MODULES)
        return "more than 64 modules";
    out->modules[out->module_count++] =
        (struct boot_module){.start = module.start, .end = module.end, .command_line = command_line};
    return NULL;
}

static enum memory_kind memory_kind(uint32_t type)
{
    switch (type) {
    case 1:
        return MEMORY_USABLE;
    case 3:
        return MEMORY_ACPI;
    case 5:
        return MEMORY_BAD;
    default:
        return MEMORY_RESERVED;
    }
}

static const char *memory_map_read(const uint8_t *tag, uint32_t size, struct boot_info *out)
{
    struct tag_memory_map head;
    struct memory_entry entry;

    if (size < sizeof(head))
        return "memory map is cut short";
    memcpy(&head, tag, sizeof(head));
    if (head.entry_size < sizeof(entry) || head.entry_size % 8 != 0)
        return "memory map has entries of an impossible size";
    if ((size - sizeof(head)) % head.entry_size != 0)
        return "memory map ends within an entry";
    for (uint64_t offset = sizeof(head); offset < size; offset += head.entry_size) {
        memcpy(&entry, tag + offset, sizeof(entry));
        const char *reason = memory_map_add(&out->memory, entry.start, entry.length, memory_kind(entry.type));

        if (reason != NULL)
            return reason;
    }
    return NULL;
}

static const char *framebuffer_read(const uint8_t *tag, uint32_t size, struct boot_info *out)
{
    struct tag_framebuffer head;
    struct boot_colour colours[3] = {0};

    if (size < sizeof(head))
        return "framebuffer is cut short";
    memcpy(&head, tag, sizeof(head));
    if (head.type == FRAMEBUFFER_RGB) {
        if (size < sizeof(head) + sizeof(colours))
            return "framebuffer is cut short";
        memcpy(colours, tag + sizeof(head), sizeof(colours));
    }
    out->framebuffer = (struct boot_framebuffer){
        .present = true,
        .address = head.address,
        .pitch = head.pitch,
        .width = head.width,
        .height = head.height,
        .bits = head.bits,
        .type = head.type,
        .red = colours[0],
        .green = colours[1],
        .blue = colours[2],
    };
    return NULL;
}

static const char *sections_read(const uint8_t *tag, uint32_t size, struct boot_info *out)
{
    struct tag_sections head;

    if (size < sizeof(head))
        return "section headers are cut short";
    memcpy(&head, tag, sizeof(head));
    if ((uint64_t)head.count * head.entry_size > size - sizeof(head))
        return "section headers are cut short";
    out->sections = (struct boot_sections){
        .headers = tag + sizeof(head),
        .count = head.count,
        .entry_size = head.entry_size,
        .names = head.names,
    };
    return NULL;
}

// Each ACPI tag holds a copy of the root pointer. The newer kind wins, whatever their order.
static void rsdp_read(const uint8_t *tag, uint32_t size, bool newer, struct boot_info *out)
{
    if (out->rsdp != NULL && !newer)
        return;
    out->rsdp = tag + sizeof(struct tag);
    out->rsdp_size = size - (uint32_t)sizeof(struct tag);
}

static const char *tag_read(const uint8_t *tag, const struct tag *head, struct boot_info *out)
{
    switch (head->type) {
    case TAG_COMMAND_LINE:
        return command_line_read(tag, head->size, out);
    case TAG_LOADER:
        return loader_read(tag, head->size, out);
    case TAG_MODULE:
        return module_read(tag, head->size, out);
    case TAG_MEMORY_MAP:
        return memory_map_read(tag, head->size, out);
    case TAG_FRAMEBUFFER:
        return framebuffer_read(tag, head->size, out);
    case TAG_SECTIONS:
        return sections_read(tag, head->size, out);
    case TAG_ACPI_OLD:
    case TAG_ACPI_NEW:
        rsdp_read(tag, head->size, head->type == TAG_ACPI_NEW, out);
        return NULL;
    default:
        return NULL;
    }
}

const char *multiboot2_read(const void *info, uint64_t limit, struct boot_info *out)
{
    const uint8_t *bytes = info;
    uint32_t total;
    struct tag head;

    memset(out, 0, sizeof(*out));
    out->command_line = "";
    out->loader = "";
    if (limit < sizeof(head))
        return "boot information is cut short";
    memcpy(&total, bytes, sizeof(total));
    if (total < sizeof(head) || total > limit)
        return "boot information has an impossible size";
    // Tags start at multiples of 8. `offset` is wider than any size, so it cannot wrap around.
    for (uint64_t offset = 8; offset + sizeof(head) <= total; offset = (offset + head.size + 7) & ~7ull) {
        memcpy(&head, bytes + offset, sizeof(head));
        if (head.size < sizeof(head) || head.size > total - offset)
            return "a tag of the boot information has an impossible size";
        if (head.type == TAG_END)
            return NULL;
        const char *reason = tag_read(bytes + offset, &head, out);

        if (reason != NULL)
            return reason;
    }
    return "boot information has no end";
}
