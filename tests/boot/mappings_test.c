// SPDX-License-Identifier: MIT
/*
 * Every mapping that the processor could use, looked at from outside.
 */
#include "tests/boot/mappings.h"

#include "abi/layout.h"
#include "abi/mmu.h"
#include "tests/boot/scene.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

TestSuite(mappings);

#define ROOTS    8
#define ATTEMPTS 400

/* The table of all machine frames: one level-4 slot, of which every domain may read what there is. */
static bool of_the_frames(uint64_t address)
{
    return address >> 39 == PV_MACHINE_TO_PHYSICAL >> 39;
}

/* A page of the hypervisor's that ring 3 may have: not to write, not to execute. */
static bool may_be_read(const struct mapping *page)
{
    return of_the_frames(page->address) && !page->writable && !page->executable;
}

/*
 * No page is both writable and executable, none of the hypervisor's but what may be read is reachable from
 * ring 3.
 */
static void expect_safe(struct machine *machine, const struct mappings *mappings)
{
    size_t hypervisor_code = 0, frames = 0;

    for (size_t i = 0; i < mappings->page_count; i++) {
        const struct mapping *page = &mappings->pages[i];
        machine_expect(machine, !(page->writable && page->executable), "page %lx is writable and executable",
                       page->address);
        machine_expect(machine, !page->user || !mapping_of_hypervisor(page->address) || may_be_read(page),
                       "page %lx is the guest's too", page->address);
        frames += page->user && of_the_frames(page->address);
        hypervisor_code += page->executable && mapping_of_hypervisor(page->address);
    }
    machine_expect(machine, hypervisor_code > 0, "the hypervisor's code is nowhere: the walk has missed it");
    machine_expect(machine, frames > 0, "the table of all frames cannot be read");
}

/* What a guest's address space has to have at least; otherwise nothing was read. */
static void expect_guest(struct machine *machine, const struct mappings *mappings)
{
    size_t code = 0;
    size_t data = 0;

    for (size_t i = 0; i < mappings->page_count; i++) {
        code += mappings->pages[i].user && mappings->pages[i].executable;
        data += mappings->pages[i].user && mappings->pages[i].writable;
        machine_expect(machine, mappings->pages[i].user || mapping_of_hypervisor(mappings->pages[i].address),
                       "page %lx is the hypervisor's, but not in its range", mappings->pages[i].address);
    }
    machine_expect(machine, code > 1 && data > 100, "a guest with %zu pages of code and %zu of data", code,
                   data);
}

static int compare_frames(const void *left, const void *right)
{
    const struct mapping *a = left;
    const struct mapping *b = right;

    return (a->physical > b->physical) - (a->physical < b->physical);
}

/*
 * No frame that one guest may reach is reachable for the other, but for what neither may write: the entry
 * page, and the table of all frames.
 */
static void expect_apart(struct machine *machine, struct mappings *alpha, const struct mappings *beta)
{
    size_t shared = 0;

    qsort(alpha->pages, alpha->page_count, sizeof *alpha->pages, compare_frames);
    for (size_t i = 0; i < beta->page_count; i++) {
        const struct mapping *page = &beta->pages[i];
        const struct mapping *same =
            page->user ? bsearch(page, alpha->pages, alpha->page_count, sizeof *page, compare_frames) : NULL;
        if (same == NULL)
            continue;
        /* Several pages of alpha's may map this frame. */
        while (same > alpha->pages && same[-1].physical == page->physical)
            same--;
        for (; same < alpha->pages + alpha->page_count && same->physical == page->physical; same++) {
            machine_expect(machine, !same->user || (!same->writable && !page->writable),
                           "frame %lx is mapped by both guests", page->physical);
            shared += same->user && !of_the_frames(page->address);
        }
    }
    machine_expect(machine, shared <= 1, "the guests share %zu pages", shared);
}

/* No table of the guest's, nor any of `more`, is writable from ring 3. */
static void expect_tables_safe(struct machine *machine, const struct mappings *mappings, const uint64_t *more,
                               size_t more_count)
{
    size_t seen = 0;

    for (size_t i = 0; i < mappings->page_count; i++) {
        const struct mapping *page = &mappings->pages[i];
        for (size_t k = 0; page->user && k < mappings->table_count + more_count; k++) {
            uint64_t table =
                k < mappings->table_count ? mappings->tables[k] : more[k - mappings->table_count];
            machine_expect(machine, page->physical != table || !page->writable,
                           "the table %lx is writable at %lx", table, page->address);
            seen += page->physical == table;
        }
    }
    machine_expect(machine, mappings->table_count > 5 && seen >= mappings->table_count,
                   "%zu mappings of %zu tables were seen", seen, mappings->table_count);
}

/* The address spaces seen so far, one of each root. */
struct seen {
    struct mappings spaces[ROOTS];
    size_t count;
};

/* Looks at the machine as it is now; keeps a guest's address space that was not seen before. */
static void look(struct machine *machine, struct seen *seen)
{
    struct mappings mappings = mappings_read(machine);
    bool known = !mappings_of_guest(&mappings);

    expect_safe(machine, &mappings);
    for (size_t i = 0; i < seen->count; i++)
        known = known || seen->spaces[i].root == mappings.root;
    if (known || seen->count == ROOTS) {
        mappings_free(&mappings);
        return;
    }
    expect_guest(machine, &mappings);
    expect_tables_safe(machine, &mappings, &mappings.root, 1);
    seen->spaces[seen->count++] = mappings;
}

Test(mappings, safe_in_every_address_space)
{
    struct machine *machine = scene_boot_alone(
        "console=serial", MODULES(KERNEL("alpha", "busy 1000"), TRAP_KERNEL("beta", "busy 1000")));
    struct seen seen = {.count = 0};

    machine_wait(machine, "[alpha] hello");
    look(machine, &seen);
    machine_wait(machine, "[beta] hello");
    for (int i = 0; i < ATTEMPTS && (i < 10 || seen.count < 2); i++) {
        look(machine, &seen);
        machine_listen(machine, 3);
    }
    machine_expect(machine, seen.count == 2, "%zu address spaces of guests were seen", seen.count);
    expect_apart(machine, &seen.spaces[0], &seen.spaces[1]);
    machine_stop(machine);
}

/* When no guest runs, the hypervisor's own tables are loaded. */
Test(mappings, safe_at_rest)
{
    struct machine *machine =
        scene_boot_alone("console=serial onexit=halt", MODULES(KERNEL("alpha", ""), KERNEL("beta", "")));
    struct seen seen = {.count = 0};

    for (int i = 0; i < 3; i++) {
        scene_answers(machine, '1', "alpha");
        look(machine, &seen);
        scene_answers(machine, '2', "beta");
        look(machine, &seen);
    }
    scene_order(machine, "stop alpha");
    machine_wait(machine, "^(pv) alpha: *frames returned");
    look(machine, &seen);
    scene_order(machine, "stop beta");
    machine_wait(machine, "^(pv) all guests have ended, every frame returned");
    struct mappings own = mappings_read(machine);
    expect_safe(machine, &own);
    machine_expect(machine, !mappings_of_guest(&own), "a guest's tables are still loaded");
    mappings_free(&own);
    machine_stop(machine);
}

#define PRINTED_TABLES 64

/* A guest with tables of its own making, some of which are linked to nothing; it says which. */
Test(mappings, safe_with_own_tables)
{
    struct machine *machine =
        scene_boot_alone("console=serial onexit=poweroff", MODULES(TEST_GUEST("odd-shapes", "wait")));
    uint64_t printed[PRINTED_TABLES];
    size_t count = 0;
    const char *line;

    machine_wait(machine, "^[odd-shapes] as odd as can be");
    for (size_t i = 0; count < PRINTED_TABLES && (line = machine_line(machine, i)) != NULL; i++)
        count += sscanf(line, "[odd-shapes] table %" SCNx64, &printed[count]) == 1;
    machine_expect(machine, count >= 10, "only %zu tables were printed", count);
    struct mappings mappings = mappings_read(machine);
    expect_safe(machine, &mappings);
    expect_guest(machine, &mappings);
    expect_tables_safe(machine, &mappings, printed, count);
    mappings_free(&mappings);
    scene_order(machine, "stop odd-shapes");
    scene_ends(machine);
}
