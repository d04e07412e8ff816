// SPDX-License-Identifier: MIT
/*
 * A boot loader that lies: it starts the hypervisor by Multiboot2 as GRUB does, but with information that no
 * sane firmware or loader gives. What it makes up is chosen by name.
 */
#ifndef PV_TESTS_BOOT_LOADER_LOADER_H
#define PV_TESTS_BOOT_LOADER_LOADER_H

#include <stdint.h>

#define REGIONS_MAX 2048
#define MODULES_MAX 8

/* Of ACPI 1.0, which every PC has (ACPI Specification, 5.2.5). */
#define RSDP_SIZE 20

/* Types of memory (Multiboot2 Specification 2.0, 3.6.8). */
enum { REGION_USABLE = 1, REGION_RESERVED = 2, REGION_ACPI = 3, REGION_BAD = 5 };

struct region {
    uint64_t start;
    uint64_t length;
    uint32_t type;
    uint32_t reserved;
};

struct module {
    uint32_t start;
    uint32_t end;
    const char *command_line;
};

/* What the hypervisor will be told: the truth, until a lie changes it. */
struct truth {
    struct region regions[REGIONS_MAX];
    uint32_t region_count;
    uint32_t region_size;  /* what an entry is said to take */
    uint32_t regions_size; /* bytes of the memory map's tag, added to what they should be */
    uint32_t total_added;  /* to the size of all */
    uint32_t without_map;
    uint32_t without_end;
    const void *rsdp; /* ACPI's root pointer, of RSDP_SIZE bytes; or NULL */
    struct module modules[MODULES_MAX];
    uint32_t module_count;
};

/* Adds a region to the memory map. */
void truth_add(struct truth *truth, uint64_t start, uint64_t length, uint32_t type);

/*
 * Changes the truth as the lie of this name does; nothing for the name "truth". Returns whether there is such
 * a lie.
 */
int lie_tell(struct truth *truth, const char *name);

#endif
