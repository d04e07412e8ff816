// SPDX-License-Identifier: MIT
/*
 * jump-hypervisor: reads, writes and jumps to addresses in the hypervisor's part of the address space.
 *
 * What: an address in each level-4 slot that is the hypervisor's, at the start of the slot and at offsets
 * where its image, its stacks and its view of memory are.
 *
 * Why: what keeps a guest out is one bit in each of the hypervisor's own page tables.
 *
 * How: each access is a page fault at the address that was tried, and the guest's own handler gets it, with
 * an error code that shows the privilege that it believes to have. The one exception is the table of all
 * frames, which is there to be read. Addresses that are not canonical raise a general protection fault.
 */
#include "abi/mmu.h"
#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/test.h"
#include "tests/guests/runtime/trap.h"

#include <stddef.h>

const char test_name[] = "jump-hypervisor";

#define SLOT_SIZE 0x8000000000

/* Bits of a page fault's error code (Intel SDM vol. 3, 4.7). */
#define ERROR_WRITE 2
#define ERROR_USER  4

static const uint64_t offsets[] = {0,        0x1000,   0x8000,   0x10000,   0x100000,          0x200000,
                                   0x201000, 0x210000, 0x220000, 0x1000000, SLOT_SIZE - 0x1000};

static void read_from(uint64_t address)
{
    *(volatile uint64_t *)address;
}

static void write_to(uint64_t address)
{
    *(volatile uint64_t *)address = 0;
}

static void jump_to(uint64_t address)
{
    ((void (*)(void))address)();
}

static void expect_page_fault(const char *what, void (*action)(uint64_t), uint64_t address, uint64_t error)
{
    struct fault fault = attempt(action, address);

    expect(fault.vector == PAGE && fault.address == address &&
               (fault.error & (ERROR_WRITE | ERROR_USER)) == error,
           "%s %x: vector %u, error %x, address %x", what, address, fault.vector, fault.error, fault.address);
}

void test_main(void)
{
    traps_open();
    for (uint64_t slot = PV_HYPERVISOR_START; slot < PV_HYPERVISOR_END; slot += SLOT_SIZE) {
        for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++) {
            if (slot != PV_MACHINE_TO_PHYSICAL)
                expect_page_fault("reading", read_from, slot + offsets[i], 0);
            expect_page_fault("writing", write_to, slot + offsets[i], ERROR_WRITE);
            expect_page_fault("jumping to", jump_to, slot + offsets[i], 0);
        }
    }
    expect(attempt(read_from, PV_MACHINE_TO_PHYSICAL).vector == NO_FAULT,
           "the table of all frames cannot be read");
    expect(attempt(read_from, 0x0000800000000000).vector == PROTECTION, "reading what is not canonical");
    expect(attempt(jump_to, 0x0000800000000000).vector == PROTECTION, "jumping to what is not canonical");
    expect(attempt(jump_to, 0xffff7ffffffff000).vector == PROTECTION, "jumping to what is not canonical");
}
