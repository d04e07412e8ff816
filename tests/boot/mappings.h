// SPDX-License-Identifier: MIT
/*
 * All mappings of the address space that the machine's processor has loaded, as the emulator's monitor sees
 * them.
 */
#ifndef PV_TESTS_BOOT_MAPPINGS_H
#define PV_TESTS_BOOT_MAPPINGS_H

#include "tests/boot/machine.h"

#include <stdint.h>

/* One entry of a page table that maps a page; the flags are those of this last entry alone. */
struct mapping {
    uint64_t address;
    uint64_t physical;
    bool writable;
    bool executable;
    bool user;
};

/* A range of addresses with equal rights, those of all levels of tables together. */
struct range {
    uint64_t start;
    uint64_t end;
    bool writable;
    bool user;
};

struct mappings {
    uint64_t root; /* CR3 */
    struct mapping *pages;
    size_t page_count;
    struct range *ranges;
    size_t range_count;
};

/*
 * Stops the machine, reads its mappings, and lets it go on. A line that does not have the form that is known
 * fails the test, and so does an answer without lines: nothing read is not the same as nothing wrong.
 */
struct mappings mappings_read(struct machine *machine);

void mappings_free(struct mappings *mappings);

/* Whether any page can be reached from ring 3: then it is a guest's address space. */
bool mappings_of_guest(const struct mappings *mappings);

#endif
