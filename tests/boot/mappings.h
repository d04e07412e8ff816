// SPDX-License-Identifier: MIT
/*
 * All mappings of the address space that the machine's processor has loaded, and the page tables that make
 * them: walked from outside, in the machine's memory, as its processor would (Intel SDM vol. 3, 4.5).
 */
#ifndef PV_TESTS_BOOT_MAPPINGS_H
#define PV_TESTS_BOOT_MAPPINGS_H

#include "tests/boot/machine.h"

#include <stdint.h>

/* A page, of whatever size, with the rights of all levels of tables together. */
struct mapping {
    uint64_t address;
    uint64_t physical;
    bool writable;
    bool executable;
    bool user;
};

struct mappings {
    uint64_t root; /* CR3 */
    struct mapping *pages;
    size_t page_count;
    uint64_t *tables; /* the root, and every table of the guest's that it leads to, by physical address */
    size_t table_count;
};

/*
 * Stops the machine, reads its mappings, and lets it go on. Where the hypervisor's part of the address space
 * shows one table many times, with the same rights, only the first counts: a page of zeros fills gigabytes of
 * it.
 */
struct mappings mappings_read(struct machine *machine);

void mappings_free(struct mappings *mappings);

/*
 * Whether any page outside of the hypervisor's part can be reached from ring 3: then it is a guest's address
 * space.
 */
bool mappings_of_guest(const struct mappings *mappings);

/* Whether an address is in the hypervisor's part. */
bool mapping_of_hypervisor(uint64_t address);

#endif
