// SPDX-License-Identifier: MIT
/*
 * wild-pointers: every call that takes an address, with addresses that are not the guest's to give.
 *
 * What: console_write and trap_set read from the guest, console_read and vcpu_counts write to it. Each gets
 * addresses in the hypervisor's part of the address space (where ring 0 could read and write), addresses that
 * are not canonical (which fault differently, and which a compare of "below the hypervisor" lets through),
 * addresses where nothing is mapped, ranges that begin well and end in one of those, ranges that wrap around,
 * and, for what is written, pages that the guest itself may only read.
 *
 * Why: a hypervisor that follows such a pointer with its own rights gives away its memory or lets it be
 * overwritten; one that checks the beginning only does so for the end.
 *
 * How: the result has to be FAULT. Where the range begins in the guest's own memory, that memory has to be as
 * before: a call that fails has changed nothing. console_read may return 0 instead, since nothing was typed.
 */
#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/test.h"
#include "tests/guests/runtime/trap.h"

#include "abi/mmu.h"
#include "abi/vcpu.h"

#include <stddef.h>

const char test_name[] = "wild-pointers";

/* Longer than any structure that a call takes. */
#define LENGTH 96

/* A call with an address, and the same call as its name. */
struct attack {
    const char *name;
    uint64_t number;
    bool writes; /* to the guest's memory */
};

static const struct attack attacks[] = {
    {"console_write", PV_CALL_console_write, false},
    {"console_read", PV_CALL_console_read, true},
    {"trap_set", PV_CALL_trap_set, false},
    {"vcpu_counts", PV_CALL_vcpu_counts, true},
};

/* Addresses at which no access of any length is the guest's. */
static const uint64_t wild[] = {
    PV_HYPERVISOR_START,
    PV_HYPERVISOR_START + 0x1000,
    PV_MACHINE_TO_PHYSICAL, /* which the guest may read, but not have read for it */
    0xffff810000000000,     /* each level-4 slot of the hypervisor's that could be in use */
    0xffff818000000000,
    0xffff818000200000,
    0xffff820000000000,
    0xffff840000000000,
    0xffff840000001000,
    PV_HYPERVISOR_END - 0x1000,
    PV_HYPERVISOR_END - 8,
    0x0000800000000000, /* the first that is not canonical */
    0x0000800000001000,
    0x4141414141414141,
    0x7fffffffffffffff,
    0x8000000000000000,
    0xffff7fffffffffff, /* the last that is not */
    0,                  /* nothing is mapped there */
    8,
    0x1000,
    0x00007ffffffffff8,
    0xffff880000000000,
    0xffffffffffffffff,
    0xfffffffffffffff8,
    0xfffffffffffff000,
};

/* The last page of the window that a guest with one virtual CPU has before a hole. */
#define WINDOW_END (WINDOW + PV_WINDOW_VCPU + PV_PAGE_SIZE)

static void attack_wild(const struct attack *attack, uint64_t address)
{
    int64_t result = call(attack->number, address, LENGTH, 0);

    expect(result == -PV_E_FAULT || (result == 0 && attack->number == PV_CALL_console_read),
           "%s(%x) returned %x", attack->name, address, (uint64_t)result);
}

/* Begins in the guest's own memory and ends where nothing is. */
static void attack_crossing(const struct attack *attack)
{
    for (uint64_t inside = 1; inside < 16; inside++) {
        volatile uint8_t *bytes = (volatile uint8_t *)(WINDOW_END - inside);
        bool changed = false;
        for (uint64_t i = 0; i < inside; i++)
            bytes[i] = 0xa5;
        attack_wild(attack, (uintptr_t)bytes);
        for (uint64_t i = 0; i < inside; i++)
            changed = changed || bytes[i] != 0xa5;
        expect(!changed, "%s failed, but changed some of the %u bytes before the page's end", attack->name,
               inside);
    }
}

static void read_byte(uint64_t address)
{
    *(volatile uint8_t *)address;
}

static void write_byte(uint64_t address)
{
    volatile uint8_t *byte = (volatile uint8_t *)address;

    *byte = *byte; // cppcheck-suppress selfAssignment
}

/* Pages that the guest may read and not write; the hypervisor must not write them for it. */
static void attack_read_only(const struct attack *attack)
{
    const uint64_t pages[] = {
        (uintptr_t)test_main,                   /* its text */
        (uintptr_t)attacks,                     /* its constants */
        WINDOW + PV_WINDOW_ENTRY,               /* the entry page */
        start_info->physmap + start_info->root, /* the root of its page tables */
    };

    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        uint64_t before = *(volatile uint64_t *)pages[i];
        if (attempt(write_byte, pages[i]).vector != PAGE) {
            expect(false, "page %x can be written", pages[i]);
            continue;
        }
        attack_wild(attack, pages[i]);
        expect(*(volatile uint64_t *)pages[i] == before, "%s wrote to the read-only page at %x", attack->name,
               pages[i]);
    }
}

/* The lengths of the console's calls are the guest's to choose too. */
static void attack_lengths(void)
{
    static char text[2 * PV_CONSOLE_CHUNK];
    int64_t result = call(PV_CALL_console_write, (uintptr_t)text, UINT64_MAX, 0);

    /* The most that is taken is a chunk of zeros, which shows as nothing or as placeholders. */
    expect(result <= PV_CONSOLE_CHUNK, "console_write took %x bytes", (uint64_t)result);
    result = call(PV_CALL_console_read, (uintptr_t)text, UINT64_MAX, 0);
    expect(result <= (int64_t)sizeof text, "console_read gave %x bytes", (uint64_t)result);
    result = call(PV_CALL_console_write, PV_HYPERVISOR_START, 0, 0);
    expect(result == 0 || result == -PV_E_FAULT, "console_write of nothing returned %x", (uint64_t)result);
}

void test_main(void)
{
    traps_open();
    if (attempt(read_byte, WINDOW_END).vector != PAGE)
        test_error("something is mapped after the window");
    for (size_t i = 0; i < sizeof attacks / sizeof *attacks; i++) {
        for (size_t k = 0; k < sizeof wild / sizeof *wild; k++)
            attack_wild(&attacks[i], wild[k]);
        attack_crossing(&attacks[i]);
        if (attacks[i].writes)
            attack_read_only(&attacks[i]);
    }
    attack_lengths();
    print("\nstill able to print\n");
}
