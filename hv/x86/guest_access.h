// SPDX-License-Identifier: MIT
/*
 * Guest memory by the addresses that a guest gives, through the tables that are loaded. The only door: every
 * access is checked, every word is read once, and a fault becomes `false`.
 *
 * Why one comparison of the first address is enough: an access ascends. The only way up into the
 * hypervisor's range from below leads across the non-canonical hole, where the first byte faults, and an
 * access that begins at or above its end never reaches it.
 */
#ifndef PV_X86_GUEST_ACCESS_H
#define PV_X86_GUEST_ACCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/layout.h"
#include "mm/address.h"
#include "x86/smap.h"

/* The first address that is not canonical (Intel SDM vol. 1, 3.3.7.1). */
#define NONCANONICAL_START 0x0000800000000000

/* The hypervisor's range is all addresses with these upper 21 bits. */
#define HYPERVISOR_SHIFT 43
#define HYPERVISOR_UPPER (PV_HYPERVISOR_START >> HYPERVISOR_SHIFT)
_Static_assert(((PV_HYPERVISOR_END - 1) >> HYPERVISOR_SHIFT) == HYPERVISOR_UPPER,
               "the hypervisor's range is one block of its own size");

/* If the instruction at the numbered label faults, go on at the C label `fault`. */
#define FIXUP(at) ".pushsection .fixups, \"a\"\n.quad " at ", %l[fault]\n.popsection\n"

/** Whether an ascending access that begins here stays out of the hypervisor's range. */
static inline bool guest_address_ok(gva_t address)
{
    return address.address >> HYPERVISOR_SHIFT != HYPERVISOR_UPPER;
}

/** Whether an address is canonical and not the hypervisor's, so that control may go there. */
static inline bool guest_address_canonical(gva_t address)
{
    return address.address < NONCANONICAL_START || address.address >= PV_HYPERVISOR_END;
}

/** Ends an access that faulted half-way. */
static inline void guest_access_close(void)
{
    asm volatile(CLAC : : : "memory");
}

/** The same as guest_read_pair, where an ascending access to an address that was checked goes on. */
static inline bool guest_read_pair_on(gva_t from, uint64_t *first, uint64_t *second)
{
    asm goto(STAC "1: mov (%2), %0\n"
                  "2: mov 8(%2), %1\n" CLAC FIXUP("1b") FIXUP("2b")
             : "=&r"(*first), "=r"(*second)
             : "r"(from.address)
             : "memory"
             : fault);
    return true;
fault:
    guest_access_close();
    return false;
}

/** Reads two words of the guest's. Returns false, with nothing of use in them, if they cannot be read. */
static inline bool guest_read_pair(gva_t from, uint64_t *first, uint64_t *second)
{
    return guest_address_ok(from) && guest_read_pair_on(from, first, second);
}

/** Writes a word of the guest's, where an ascending access to an address that was checked goes on. */
static inline bool guest_write_word_on(gva_t to, uint64_t value)
{
    asm goto(STAC "1: mov %1, (%0)\n" CLAC FIXUP("1b") : : "r"(to.address), "r"(value) : "memory" : fault);
    return true;
fault:
    guest_access_close();
    return false;
}

/**
 * Copies `length` bytes from the guest. Returns false if any of them cannot be read; the buffer then
 * holds what came before.
 */
bool guest_read(void *to, gva_t from, uint64_t length);

/**
 * Copies up to a page to the guest. Returns false, with nothing written, if any of the bytes cannot be
 * written.
 */
bool guest_write(gva_t to, const void *from, uint64_t length);

/** Sorts the fix-up table for searching. Once, while the boot tables are loaded. */
void fixup_open(void);

/** Where to go on after a fault at an instruction, or 0 if it was none that may fault. */
uint64_t fixup_find(uint64_t address);

#endif
