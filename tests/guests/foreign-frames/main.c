// SPDX-License-Identifier: MIT
/*
 * foreign-frames: maps, loads, retypes and changes frames that are not its own.
 *
 * What: every machine frame of a small machine and some beyond it, every power of two up to 2^63, the frames
 * of devices, of the hypervisor and of the other guests: as entries of each level, present or not, as targets
 * of each operation, by each call. And the guest's own frames, in entries with each bit that an entry must
 * not have.
 *
 * Why: a frame number is an index into the hypervisor's table of frames, and an entry is what the processor
 * believes. One that is let through is the whole machine.
 *
 * How: every operation is refused, for the right reason, unless the frame is the guest's own, which the table
 * of all frames tells in both directions.
 */
#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/memory.h"
#include "tests/guests/runtime/test.h"
#include "tests/guests/runtime/trap.h"

#include "abi/vcpu.h"

const char test_name[] = "foreign-frames";

/* Frames that are all tried: those of 512 MiB, twice what the machine has. */
#define FRAMES (512ul << 20 >> 12)

/* An address of the guest's own. */
#define PLACE (3ul << 39)

/* Where single addresses are tried: tables of each level that nothing leads to, empty. */
static uint64_t tables[5];

/* A page of data, mapped nowhere. */
static uint64_t own;

/* Whether a machine frame is part of this guest's memory, or a page of its window. */
static bool is_own(uint64_t machine)
{
    for (uint64_t number = 0; number < start_info->memory / PAGE_SIZE; number++) {
        if (machine_address(number * PAGE_SIZE) == machine)
            return true;
    }
    for (uint64_t offset = 0; offset < PV_WINDOW_SIZE; offset += PAGE_SIZE) {
        if ((entry_value(entry_of(WINDOW + offset, 1)) & ENTRY_ADDRESS) == machine)
            return true;
    }
    return false;
}

/* The error that a foreign machine address shall give as the target of an operation. */
static void try_target(uint64_t machine)
{
    for (uint64_t type = PV_FRAME_DATA; type <= PV_FRAME_DESCRIPTORS; type++) {
        expect_result(mmu_do(machine | PV_MMU_RETYPE, type), -PV_E_OWNER, "RETYPE", machine);
        if (type != PV_FRAME_DATA)
            expect_result(mmu_do(machine | PV_MMU_CLEAR, type), -PV_E_OWNER, "CLEAR", machine);
    }
    for (uint64_t which = PV_LOAD_KERNEL_ROOT; which <= PV_LOAD_LOCAL_DESCRIPTORS; which++) {
        if (machine != 0 || which <= PV_LOAD_USER_ROOT)
            expect_result(mmu_do(machine | PV_MMU_LOAD, which), -PV_E_OWNER, "LOAD", machine);
    }
    expect_result(call(PV_CALL_root_load, machine, 0, 0), -PV_E_OWNER, "root_load", machine);
    for (uint64_t offset = 0; offset < PAGE_SIZE; offset += 1016) {
        expect_result(mmu_do((machine + offset) | PV_MMU_SET, 0), -PV_E_OWNER, "SET in it", machine + offset);
        expect_result(mmu_do((machine + offset) | PV_MMU_SET_KEEP, 0), -PV_E_OWNER, "SET_KEEP in it",
                      machine + offset);
    }
}

/* As what an entry leads to, of each level: present, writable, not present. */
static void try_entry(uint64_t machine)
{
    const uint64_t rights[] = {ENTRY_READ,
                               ENTRY_READ | ENTRY_NX,
                               ENTRY_DATA,
                               ENTRY_LINK | ENTRY_ACCESSED | ENTRY_DIRTY,
                               ENTRY_LINK | 0xe00,
                               0,
                               ENTRY_USER | ENTRY_WRITE};

    for (size_t i = 0; i < sizeof rights / sizeof *rights; i++) {
        if (machine == 0 && (rights[i] & ENTRY_PRESENT) == 0)
            continue;
        for (unsigned int level = 1; level <= 4; level++) {
            expect_result(entry_set(tables[level], 5, machine | rights[i]), -PV_E_OWNER, "an entry with it",
                          machine | rights[i]);
            expect_result(
                mmu_do((machine_address(tables[level]) + 40) | PV_MMU_SET_KEEP, machine | rights[i]),
                -PV_E_OWNER, "an entry with it, kept", machine | rights[i]);
        }
        expect_result(call(PV_CALL_va_update, PHYSMAP, machine | rights[i], 0), -PV_E_OWNER, "va_update",
                      machine | rights[i]);
    }
}

/* In a page that is to become a table. */
static void try_contents(uint64_t machine)
{
    for (unsigned int level = 1; level <= 4; level++) {
        page_at(own)[77] = machine | ENTRY_READ;
        page_protect(own);
        expect_result(page_retype(own, (enum pv_frame_type)level), -PV_E_OWNER, "a table with it", machine);
        page_unprotect(own);
        page_at(own)[77] = 0;
    }
}

static void try_foreign(uint64_t machine)
{
    try_target(machine);
    try_entry(machine);
    try_contents(machine);
}

/* All frames there are, in one way; the whole attack on every so many of those that are foreign. */
static void try_all(void)
{
    uint64_t foreign = 0;

    for (uint64_t frame = 0; frame < FRAMES; frame++) {
        uint64_t machine = frame * PAGE_SIZE;
        int64_t result = entry_set(tables[1], 5, machine | ENTRY_READ | ENTRY_NX);
        if (result == 0) {
            expect(is_own(machine), "frame %x can be mapped", frame);
            continue;
        }
        expect_result(result, -PV_E_OWNER, "an entry with it", machine);
        if (foreign++ % 1024 == 0)
            try_foreign(machine);
    }
    expect(foreign >= FRAMES - start_info->memory / PAGE_SIZE - 3, "only %u frames are foreign", foreign);
    expect_result(entry_set(tables[1], 5, 0), 0, "an empty entry", 0);
}

/* Devices, the hypervisor's image, and addresses that no machine has. */
static void try_wild(void)
{
    static const uint64_t known[] = {
        0xa0000,      0xb8000,       0xc0000,       0xf0000,        0x200000,
        0x201000,     0x210000,      0xfd000000,    0xfec00000,     0xfee00000,
        0xfffff000,   0x3fffffff000, 0x40000000000, 0x3ffffffff000, 0x7ffffffffffff000 & ENTRY_ADDRESS,
        ENTRY_ADDRESS};

    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        try_target(known[i]);
        try_entry(known[i]);
        try_contents(known[i]);
    }
    for (unsigned int bit = 30; bit < 52; bit++) {
        try_target(1ul << bit);
        try_entry(1ul << bit);
        try_contents(1ul << bit);
        try_entry(machine_address(own) | 1ul << bit);
        try_target(machine_address(own) | 1ul << bit);
        try_target(machine_address(tables[4]) | 1ul << bit);
        try_contents(machine_address(tables[1]) | 1ul << bit);
    }
    for (unsigned int bit = 52; bit < 64; bit++) {
        try_target(1ul << bit);
        try_target(machine_address(tables[1]) | 1ul << bit);
        try_target(machine_address(start_info->root) | 1ul << bit);
    }
}

/* Its own frames, with every bit that an entry of a level can have. */
static void try_bits(void)
{
    const uint64_t allowed =
        ENTRY_WRITE | ENTRY_ACCESSED | ENTRY_DIRTY | 0xe00 | 0x07f0000000000000 | ENTRY_NX;

    for (unsigned int level = 1; level <= 4; level++) {
        uint64_t target = machine_address(level == 1 ? own : tables[level - 1]) | ENTRY_READ;
        for (unsigned int bit = 0; bit < 64; bit++) {
            uint64_t flag = 1ul << bit;
            if ((flag & (ENTRY_ADDRESS | ENTRY_READ)) != 0)
                continue;
            expect_result(entry_set(tables[level], 9, target | flag), (allowed & flag) != 0 ? 0 : -PV_E_BITS,
                          "an entry with a bit more", target | flag);
            expect_result(entry_set(tables[level], 9, 0), 0, "an empty entry", level);
        }
        expect_result(entry_set(tables[level], 9, target & ~ENTRY_USER), -PV_E_BITS,
                      "an entry without the user bit", target);
        expect_result(entry_set(tables[level], 9, target), 0, "an entry", target);
        expect_result(entry_set(tables[level], 9, target | ENTRY_LARGE), -PV_E_BITS, "making it large",
                      target);
        expect_result(entry_set(tables[level], 9, target & ~ENTRY_USER), -PV_E_BITS, "taking its user bit",
                      target);
        expect_result(entry_set(tables[level], 9, 0), 0, "an empty entry", level);
    }
}

/* Superpages: of data, of tables, of the first of all memory. */
static void try_large(void)
{
    const uint64_t targets[] = {0,
                                machine_address(own),
                                machine_address(own) & ~0x1ffffful,
                                machine_address(own) & ~0x3ffffffful,
                                machine_address(tables[1]),
                                0x40000000};

    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        for (unsigned int level = 1; level <= 4; level++) {
            uint64_t entry = targets[i] | ENTRY_LARGE | ENTRY_DATA;
            expect(entry_set(tables[level], 3, entry) < 0, "level %u takes a large page: %x", (uint64_t)level,
                   entry);
            page_at(own)[3] = entry;
            page_protect(own);
            expect(page_retype(own, (enum pv_frame_type)level) < 0,
                   "a table of level %u has a large page: %x", (uint64_t)level, entry);
            page_unprotect(own);
            page_at(own)[3] = 0;
        }
    }
}

/*
 * Pages of the window are the hypervisor's: the one may be read, the other written, and neither becomes
 * anything else.
 */
static void try_window(void)
{
    for (uint64_t offset = 0; offset < PV_WINDOW_SIZE; offset += PAGE_SIZE) {
        uint64_t machine = entry_value(entry_of(WINDOW + offset, 1)) & ENTRY_ADDRESS;
        if (machine == 0)
            continue; /* a hole, for virtual CPUs that this guest does not have */
        for (uint64_t type = PV_FRAME_DATA; type <= PV_FRAME_DESCRIPTORS; type++)
            expect_result(mmu_do(machine | PV_MMU_RETYPE, type), -PV_E_TYPE, "RETYPE of the window", offset);
        for (unsigned int level = 2; level <= 4; level++)
            expect_result(entry_set(tables[level], 5, machine | ENTRY_LINK), -PV_E_TYPE,
                          "the window as a table", offset);
        expect_result(entry_set(tables[1], 5, machine | ENTRY_DATA),
                      offset == PV_WINDOW_ENTRY ? -PV_E_READONLY : 0, "the window, writable", offset);
        expect_result(mmu_do(machine | PV_MMU_SET, 0), -PV_E_TYPE, "SET in the window", offset);
        expect_result(entry_set(tables[1], 5, 0), 0, "an empty entry", 0);
    }
}

/* Addresses that are not the guest's to map: with entries that would be legal elsewhere, and with any flags.
 */
static void try_addresses(void)
{
    static const uint64_t edges[] = {0x0000800000000000,        0x0000fffffffff000, 0x7ffffffffffff000,
                                     0x8000000000000000,        0xfffeffffffffffff, 0xffff7ffffffff000,
                                     0x0001000000000000 + PLACE};
    const uint64_t entries[] = {machine_address(own) | ENTRY_DATA, machine_address(own) | ENTRY_READ, 0};

    for (uint64_t flags = 0; flags <= (PV_VA_INVALIDATE | PV_VA_INVALIDATE_ALL); flags++) {
        for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
            for (uint64_t slot = PV_HYPERVISOR_START; slot < PV_HYPERVISOR_END; slot += 1ul << 38)
                expect_result(call(PV_CALL_va_update, slot, entries[i], flags), -PV_E_INVALID, "va_update",
                              slot);
            for (size_t k = 0; k < sizeof edges / sizeof *edges; k++)
                expect_result(call(PV_CALL_va_update, edges[k], entries[i], flags), -PV_E_INVALID,
                              "va_update", edges[k]);
        }
    }
    expect_result(map_at(PLACE, machine_address(own) | ENTRY_DATA), 0, "mapping", PLACE);
    *(volatile uint64_t *)PLACE = 0;
    expect_result(map_at(PLACE, 0), 0, "unmapping", PLACE);
}

/* The page that is shared with the hypervisor, unmapped: the hypervisor has a mapping of its own. */
static void unmap_window(void)
{
    uint64_t address = WINDOW + PV_WINDOW_VCPU, entry = entry_value(entry_of(address, 1));

    expect_result(call(PV_CALL_va_update, address, 0, PV_VA_INVALIDATE), 0, "unmapping the shared page",
                  address);
    expect_result(call(PV_CALL_timer_set, 1, 0, 0), 0, "timer_set", 1);
    for (unsigned int i = 0; i < 100; i++)
        expect_result(call(PV_CALL_yield, 0, 0, 0), 0, "yield", i);
    print("without the shared page\n");
    expect_result(call(PV_CALL_va_update, address, entry, PV_VA_INVALIDATE), 0, "mapping the shared page",
                  address);
    expect(((volatile struct pv_vcpu_page *)address)->event_mask == 1, "the event mask has changed");
}

void test_main(void)
{
    traps_open();
    own = page_take();
    for (unsigned int level = 1; level <= 4; level++) {
        tables[level] = page_take();
        table_make(tables[level], (enum pv_frame_type)level);
    }
    try_all();
    try_wild();
    try_bits();
    try_large();
    try_window();
    try_addresses();
    unmap_window();
    for (unsigned int level = 4; level >= 1; level--)
        table_unmake(tables[level]);
}
