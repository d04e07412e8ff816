// SPDX-License-Identifier: MIT
/*
 * Copies from and to guest memory, and the table of instructions that may fault.
 */
#include "x86/guest_access.h"

struct fixup {
    uint64_t at, to;
};

extern struct fixup fixups_start[], fixups_end[];

/* After a fault the count is not 0. */
static bool copy(void *to, const void *from, uint64_t length)
{
    asm volatile(STAC "1: rep movsb\n"
                      "2: " CLAC ".pushsection .fixups, \"a\"\n.quad 1b, 2b\n.popsection\n"
                 : "+D"(to), "+S"(from), "+c"(length)
                 :
                 : "memory");
    return length == 0;
}

bool guest_read(void *to, gva_t from, uint64_t length)
{
    return guest_address_ok(from) && copy(to, (const void *)from.address, length);
}

/* Whether a byte can be written, tried with a write that changes nothing. */
static bool writable(gva_t address)
{
    if (!guest_address_ok(address)) {
        return false;
    }
    asm goto(STAC "1: lock orb $0, (%0)\n" CLAC FIXUP("1b")
             :
             : "r"(address.address)
             : "memory", "cc"
             : fault);
    return true;
fault:
    guest_access_close();
    return false;
}

/* The last byte is tried first: with that, a copy that faults does so at its first byte. */
bool guest_write(gva_t to, const void *from, uint64_t length)
{
    if (to.address % PAGE_SIZE + length > PAGE_SIZE && !writable(gva(to.address + length - 1))) {
        return false;
    }
    return guest_address_ok(to) && copy((void *)to.address, from, length);
}

/* Insertion sort: the linker leaves the table almost sorted. */
void fixup_open(void)
{
    for (struct fixup *next = fixups_start + 1; next < fixups_end; next++) {
        struct fixup moved = *next;
        struct fixup *place = next;

        for (; place > fixups_start && place[-1].at > moved.at; place--) {
            *place = place[-1];
        }
        *place = moved;
    }
}

uint64_t fixup_find(uint64_t address)
{
    const struct fixup *low = fixups_start, *high = fixups_end;

    while (low < high) {
        const struct fixup *middle = low + (high - low) / 2;

        if (middle->at == address) {
            return middle->to;
        }
        if (middle->at < address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return 0;
}
