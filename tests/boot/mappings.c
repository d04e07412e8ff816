// SPDX-License-Identifier: MIT
/*
 * Walks page tables of long mode with four levels, page by page out of QEMU's monitor, level by level.
 */
#include "tests/boot/mappings.h"

#include "abi/layout.h"
#include "tests/boot/image.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LEVELS  4
#define ENTRIES 512

/* Bits of an entry. */
#define ENTRY_PRESENT 0x1
#define ENTRY_WRITE   0x2
#define ENTRY_USER    0x4
#define ENTRY_LARGE   0x80
#define ENTRY_NX      0x8000000000000000
#define ENTRY_ADDRESS 0x000ffffffffff000

/* A table that is to be read, and what is known of the way there. */
struct step {
    uint64_t table;
    uint64_t address; /* that its first entry maps */
    uint64_t rights;  /* ENTRY_WRITE and ENTRY_USER if all levels have it, ENTRY_NX if any has */
};

struct steps {
    struct step *list;
    size_t count;
};

static void *grow(void *list, size_t count, size_t size)
{
    /* Room for a power of two. */
    if ((count & (count - 1)) == 0) {
        list = realloc(list, (count ? 2 * count : 1) * size);
        if (list == NULL)
            abort();
    }
    return list;
}

static uint64_t root_read(struct machine *machine)
{
    char *answer = machine_ask(machine, "info registers");
    const char *field = strstr(answer, "CR3=");
    uint64_t root = 0;

    machine_expect(machine, field != NULL && sscanf(field, "CR3=%" SCNx64, &root) == 1, "no CR3 in: %s",
                   answer);
    free(answer);
    return root;
}

static void table_read(struct machine *machine, uint64_t table, uint64_t entries[ENTRIES])
{
    char command[4200], *bytes;
    size_t size;

    snprintf(command, sizeof command, "pmemsave 0x%" PRIx64 " 4096 \"%s\"", table, scratch_path("table"));
    free(machine_ask(machine, command));
    bytes = file_read(scratch_path("table"), &size);
    machine_expect(machine, size == ENTRIES * sizeof *entries, "`%s` saved %zu bytes", command, size);
    memcpy(entries, bytes, size);
    free(bytes);
}

bool mapping_of_hypervisor(uint64_t address)
{
    return address >= PV_HYPERVISOR_START && address < PV_HYPERVISOR_END;
}

/* The address of an entry's page or table, in canonical form. */
static uint64_t address_of(const struct step *step, unsigned int level, size_t index)
{
    uint64_t address = step->address + ((uint64_t)index << (12 + 9 * (level - 1)));

    return (uint64_t)((int64_t)(address << 16) >> 16);
}

static uint64_t rights_of(const struct step *step, uint64_t entry)
{
    return (step->rights & entry & (ENTRY_WRITE | ENTRY_USER)) | ((step->rights | entry) & ENTRY_NX);
}

static void page_add(struct mappings *mappings, uint64_t address, uint64_t physical, uint64_t rights)
{
    mappings->pages = grow(mappings->pages, mappings->page_count, sizeof *mappings->pages);
    mappings->pages[mappings->page_count++] = (struct mapping){.address = address,
                                                               .physical = physical,
                                                               .writable = (rights & ENTRY_WRITE) != 0,
                                                               .executable = (rights & ENTRY_NX) == 0,
                                                               .user = (rights & ENTRY_USER) != 0};
}

static void table_add(struct mappings *mappings, uint64_t table)
{
    mappings->tables = grow(mappings->tables, mappings->table_count, sizeof table);
    mappings->tables[mappings->table_count++] = table;
}

/* Whether the hypervisor has the same one already among those of this level. */
static bool repeats(const struct steps *steps, const struct step *step)
{
    for (size_t i = 0; i < steps->count; i++) {
        if (steps->list[i].table == step->table && steps->list[i].rights == step->rights &&
            mapping_of_hypervisor(steps->list[i].address))
            return true;
    }
    return false;
}

static void step_add(struct mappings *mappings, struct steps *below, struct step step)
{
    bool own = mapping_of_hypervisor(step.address);

    if (own && repeats(below, &step))
        return;
    if (!own)
        table_add(mappings, step.table);
    below->list = grow(below->list, below->count, sizeof step);
    below->list[below->count++] = step;
}

/* Reads one table: what it maps are pages, or tables for the next level. */
static void step_take(struct machine *machine, struct mappings *mappings, const struct step *step,
                      unsigned int level, struct steps *below)
{
    uint64_t entries[ENTRIES];

    table_read(machine, step->table, entries);
    for (size_t i = 0; i < ENTRIES; i++) {
        uint64_t address = address_of(step, level, i), rights = rights_of(step, entries[i]);
        if ((entries[i] & ENTRY_PRESENT) == 0)
            continue;
        if (level == 1 || (entries[i] & ENTRY_LARGE) != 0)
            page_add(mappings, address, entries[i] & ENTRY_ADDRESS, rights);
        else
            step_add(mappings, below, (struct step){entries[i] & ENTRY_ADDRESS, address, rights});
    }
}

static void walk(struct machine *machine, struct mappings *mappings)
{
    struct steps steps = {.list = NULL};

    step_add(mappings, &steps, (struct step){mappings->root & ENTRY_ADDRESS, 0, ENTRY_WRITE | ENTRY_USER});
    for (unsigned int level = LEVELS; level > 0; level--) {
        struct steps below = {.list = NULL};
        for (size_t i = 0; i < steps.count; i++)
            step_take(machine, mappings, &steps.list[i], level, &below);
        free(steps.list);
        steps = below;
    }
}

struct mappings mappings_read(struct machine *machine)
{
    struct mappings mappings = {.root = 0};

    free(machine_ask(machine, "stop"));
    mappings.root = root_read(machine);
    walk(machine, &mappings);
    free(machine_ask(machine, "cont"));
    machine_expect(machine, mappings.page_count > 0, "there are no mappings");
    return mappings;
}

void mappings_free(struct mappings *mappings)
{
    free(mappings->pages);
    free(mappings->tables);
    memset(mappings, 0, sizeof *mappings);
}

bool mappings_of_guest(const struct mappings *mappings)
{
    for (size_t i = 0; i < mappings->page_count; i++) {
        if (mappings->pages[i].user && !mapping_of_hypervisor(mappings->pages[i].address))
            return true;
    }
    return false;
}
