// SPDX-License-Identifier: MIT
/*
 * The spoiler. It changes fields of the file's headers (System V ABI, chapters 4 and 5) and of the guest's
 * note (abi/start.h), so that everything but the one thing is as it should be.
 */
#include "tests/boot/spoiled.h"

#include "abi/call.h"
#include "abi/layout.h"
#include "abi/start.h"

#include <criterion/criterion.h>
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GOOD "guests/no-handler.elf"

/* The bytes are this module's own copy. */
static uint8_t *bytes_of(const struct image_module *module)
{
    return (uint8_t *)module->bytes;
}

static Elf64_Ehdr *header(const struct image_module *module)
{
    return (Elf64_Ehdr *)bytes_of(module);
}

static Elf64_Phdr *program_headers(const struct image_module *module)
{
    return (Elf64_Phdr *)(bytes_of(module) + header(module)->e_phoff);
}

/* The first program header of a type that comes after `skip` others of it. */
static Elf64_Phdr *program_header(const struct image_module *module, uint32_t type, unsigned int skip)
{
    for (unsigned int i = 0; i < header(module)->e_phnum; i++) {
        Elf64_Phdr *found = &program_headers(module)[i];
        if (found->p_type == type && skip-- == 0)
            return found;
    }
    cr_assert_fail("%s lacks a program header of type %u", GOOD, type);
    return NULL;
}

static Elf64_Phdr *segment(const struct image_module *module, unsigned int index)
{
    return program_header(module, PT_LOAD, index);
}

static Elf64_Nhdr *note_header(const struct image_module *module)
{
    return (Elf64_Nhdr *)(bytes_of(module) + program_header(module, PT_NOTE, 0)->p_offset);
}

/* Its name is padded to a multiple of 4. */
static struct pv_note *note(const struct image_module *module)
{
    Elf64_Nhdr *found = note_header(module);

    return (struct pv_note *)((uint8_t *)(found + 1) + (found->n_namesz + 3) / 4 * 4);
}

static void spoil_text(struct image_module *module)
{
    module->bytes = "This is a letter, not a program.\n";
    module->size = strlen(module->bytes);
}

static void spoil_empty(struct image_module *module)
{
    module->size = 0;
}

static void spoil_header_cut(struct image_module *module)
{
    module->size = sizeof(Elf64_Ehdr) - 1;
}

static void spoil_segment_cut(struct image_module *module)
{
    module->size = segment(module, 1)->p_offset + segment(module, 1)->p_filesz - 1;
    header(module)->e_shoff = 0;
    header(module)->e_shnum = 0;
}

static void spoil_magic(struct image_module *module)
{
    bytes_of(module)[EI_MAG1] = 'e';
}

static void spoil_class(struct image_module *module)
{
    header(module)->e_ident[EI_CLASS] = ELFCLASS32;
}

static void spoil_order(struct image_module *module)
{
    header(module)->e_ident[EI_DATA] = ELFDATA2MSB;
}

static void spoil_machine(struct image_module *module)
{
    header(module)->e_machine = EM_AARCH64;
}

static void spoil_type(struct image_module *module)
{
    header(module)->e_type = ET_DYN;
}

static void spoil_headers_offset(struct image_module *module)
{
    header(module)->e_phoff = UINT64_MAX - 16;
}

static void spoil_headers_count(struct image_module *module)
{
    header(module)->e_phnum = UINT16_MAX;
}

static void spoil_headers_size(struct image_module *module)
{
    header(module)->e_phentsize = 0;
}

static void spoil_overlap(struct image_module *module)
{
    segment(module, 1)->p_vaddr = segment(module, 0)->p_vaddr;
}

static void spoil_overlap_memory(struct image_module *module)
{
    segment(module, 1)->p_paddr = segment(module, 0)->p_paddr;
}

static void spoil_offset_wrap(struct image_module *module)
{
    segment(module, 1)->p_offset = UINT64_MAX - PV_PAGE_SIZE + 1;
}

static void spoil_file_size_wrap(struct image_module *module)
{
    segment(module, 1)->p_filesz = UINT64_MAX;
    segment(module, 1)->p_memsz = UINT64_MAX;
}

static void spoil_memory_size_wrap(struct image_module *module)
{
    segment(module, 2)->p_memsz = UINT64_MAX - 8;
}

static void spoil_memory_size(struct image_module *module)
{
    segment(module, 1)->p_memsz = 1;
}

static void spoil_address_wrap(struct image_module *module)
{
    segment(module, 2)->p_vaddr = UINT64_MAX - PV_PAGE_SIZE + 1;
    segment(module, 2)->p_memsz = 2 * PV_PAGE_SIZE;
}

static void spoil_writable_code(struct image_module *module)
{
    segment(module, 1)->p_flags |= PF_W;
}

static void spoil_hypervisor(struct image_module *module)
{
    segment(module, 2)->p_vaddr = 0xffff818000200000;
}

static void spoil_into_hypervisor(struct image_module *module)
{
    segment(module, 2)->p_vaddr = 0xffff7ffffffff000;
    segment(module, 2)->p_memsz = 2 * PV_PAGE_SIZE;
}

static void spoil_canonical(struct image_module *module)
{
    segment(module, 2)->p_vaddr = 0x0000800000000000;
}

static void spoil_memory(struct image_module *module)
{
    segment(module, 2)->p_paddr = 1ull << 40;
}

static void spoil_entry(struct image_module *module)
{
    header(module)->e_entry = 0x1000;
    note(module)->entry = 0x1000;
}

static void spoil_note_entry(struct image_module *module)
{
    note(module)->entry = PV_HYPERVISOR_START;
}

static void spoil_no_note(struct image_module *module)
{
    program_header(module, PT_NOTE, 0)->p_type = PT_NULL;
}

static void spoil_note_name(struct image_module *module)
{
    ((char *)(note_header(module) + 1))[0] = 'p';
}

static void spoil_note_short(struct image_module *module)
{
    note_header(module)->n_descsz = sizeof(struct pv_note) - 8;
}

static void spoil_note_wrap(struct image_module *module)
{
    note_header(module)->n_namesz = UINT32_MAX - 2;
}

static void spoil_minor_version(struct image_module *module)
{
    note(module)->version = PV_VERSION + 1;
}

static void spoil_major_version(struct image_module *module)
{
    note(module)->version = (PV_VERSION_MAJOR + 1) << 16;
}

static void spoil_feature(struct image_module *module)
{
    note(module)->features |= 1ull << 63;
}

static void spoil_reserved(struct image_module *module)
{
    note(module)->reserved = 1;
}

static void spoil_physmap_alignment(struct image_module *module)
{
    note(module)->physmap += PV_PAGE_SIZE;
}

static void spoil_physmap_hypervisor(struct image_module *module)
{
    note(module)->physmap = PV_HYPERVISOR_START;
}

static void spoil_physmap_into_hypervisor(struct image_module *module)
{
    note(module)->physmap = 0xffff7fffffe00000;
}

static void spoil_physmap_segment(struct image_module *module)
{
    note(module)->physmap = segment(module, 0)->p_vaddr & ~0x1fffffull;
}

static void spoil_physmap_wrap(struct image_module *module)
{
    note(module)->physmap = 0xffffffffffe00000;
}

static void spoil_window_alignment(struct image_module *module)
{
    note(module)->window += 8;
}

static void spoil_window_hypervisor(struct image_module *module)
{
    note(module)->window = PV_HYPERVISOR_END - PV_PAGE_SIZE;
}

static void spoil_window_segment(struct image_module *module)
{
    note(module)->window = segment(module, 1)->p_vaddr & ~0xfffull;
}

static void spoil_window_physmap(struct image_module *module)
{
    note(module)->window = note(module)->physmap;
}

static void spoil_window_wrap(struct image_module *module)
{
    note(module)->window = UINT64_MAX - PV_PAGE_SIZE + 1;
}

/* Both end where addresses end, so that each one's end is 0. */
static void spoil_window_top(struct image_module *module)
{
    note(module)->physmap = -(4ull << 20);
    note(module)->window = -(uint64_t)PV_WINDOW_SIZE;
}

const struct spoiled spoiled_modules[] = {
    {"text", "not an ELF", spoil_text},
    {"empty", "not an ELF", spoil_empty},
    {"header-cut", "cut short", spoil_header_cut},
    {"segment-cut", "cut short", spoil_segment_cut},
    {"magic", "not an ELF", spoil_magic},
    {"class", "32-bit", spoil_class},
    {"order", "endian", spoil_order},
    {"machine", "another machine", spoil_machine},
    {"type", "executable", spoil_type},
    {"headers-offset", "cut short", spoil_headers_offset},
    {"headers-count", "program headers", spoil_headers_count},
    {"headers-size", "program headers", spoil_headers_size},
    {"overlap", "overlap", spoil_overlap},
    {"overlap-memory", "overlap", spoil_overlap_memory},
    {"offset-wrap", "segment", spoil_offset_wrap},
    {"file-size-wrap", "segment", spoil_file_size_wrap},
    {"memory-size-wrap", "wraps", spoil_memory_size_wrap},
    {"memory-size", "larger than memory size", spoil_memory_size},
    {"address-wrap", "wraps", spoil_address_wrap},
    {"writable-code", "writable and executable", spoil_writable_code},
    {"hypervisor", "outside", spoil_hypervisor},
    {"into-hypervisor", "outside", spoil_into_hypervisor},
    {"canonical", "outside", spoil_canonical},
    {"memory", "memory", spoil_memory},
    {"entry", "entry", spoil_entry},
    {"note-entry", "entry", spoil_note_entry},
    {"no-note", "note", spoil_no_note},
    {"note-name", "note", spoil_note_name},
    {"note-short", "note", spoil_note_short},
    {"note-wrap", "note", spoil_note_wrap},
    {"minor-version", "ABI", spoil_minor_version},
    {"major-version", "ABI", spoil_major_version},
    {"feature", "feature", spoil_feature},
    {"reserved", "note", spoil_reserved},
    {"physmap-alignment", "physmap", spoil_physmap_alignment},
    {"physmap-hv", "physmap", spoil_physmap_hypervisor},
    {"physmap-into-hv", "physmap", spoil_physmap_into_hypervisor},
    {"physmap-segment", "physmap", spoil_physmap_segment},
    {"physmap-wrap", "physmap", spoil_physmap_wrap},
    {"window-alignment", "window", spoil_window_alignment},
    {"window-hv", "window", spoil_window_hypervisor},
    {"window-segment", "window", spoil_window_segment},
    {"window-physmap", "window", spoil_window_physmap},
    {"window-top", "window", spoil_window_top},
    {"window-wrap", "window", spoil_window_wrap},
};
const size_t spoiled_count = sizeof spoiled_modules / sizeof *spoiled_modules;

struct image_module spoiled_make(const struct spoiled *spoiled)
{
    struct image_module module = {.file = NULL};
    char *options = malloc(64);

    cr_assert_not_null(options);
    snprintf(options, 64, "name=%s mem=4M --", spoiled->name);
    module.options = options;
    module.bytes = file_read(build_path(GOOD), &module.size);
    spoiled->spoil(&module);
    return module;
}
