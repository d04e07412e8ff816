// SPDX-License-Identifier: MIT
/*
 * mmu-basic: builds an address space of its own, lives in it, and takes it apart again.
 *
 * What: tables of all four levels are made of data, bottom up; the new root shares the rest with the
 * loader's, is loaded, maps and unmaps data and code there, and is taken down from the top; every frame is
 * data again. Each wrong order on the way is refused for the right reason. The hypervisor's tables of frames
 * agree.
 *
 * Why: a validator that refuses everything is safe, too. This is what every kernel does, and it has to work.
 *
 * How: what was written through one mapping is read through another; accessed and dirty bits are those that
 * the processor sets; code in a page that may not be executed faults as it would on a bare machine.
 */
#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/memory.h"
#include "tests/guests/runtime/test.h"
#include "tests/guests/runtime/trap.h"

#include "abi/vcpu.h"

const char test_name[] = "mmu-basic";

/* Where the new tables are, and pages below them. */
#define NEW_SLOT  2u
#define NEW(page) (((uint64_t)NEW_SLOT << 39) + (page)*PAGE_SIZE)

/* x86 instructions: mov $0x1234567, %eax; ret */
#define CODE 0xc301234567b8ul

#define COUNT_ATTEMPTS 100

static uint64_t tables[5]; /* the pages of the new tables, by level */
static uint64_t first, second;

static uint64_t leaf(unsigned int index)
{
    return machine_address(tables[1]) + index * sizeof(uint64_t);
}

/* Each frame's number leads to the frame, and the frame's to the number; the loader's tables say the same. */
static void translations(void)
{
    const uint32_t *frames = (const uint32_t *)start_info->physical_to_machine;
    const uint32_t *numbers = (const uint32_t *)PV_MACHINE_TO_PHYSICAL;

    for (uint64_t number = 0; number < start_info->memory / PAGE_SIZE; number++) {
        uint64_t entry = entry_value(entry_of(PHYSMAP + number * PAGE_SIZE, 1));
        expect(numbers[frames[number]] == number, "frame %x is machine frame %x, which is frame %x", number,
               (uint64_t)frames[number], (uint64_t)numbers[frames[number]]);
        expect((entry & ENTRY_ADDRESS) == frames[number] * PAGE_SIZE,
               "frame %x is machine frame %x, but mapped to %x", number, (uint64_t)frames[number], entry);
    }
}

/* The tables' contents, written while they are data. The root shares what the loader's has. */
static void fill(void)
{
    const uint64_t *old = page_at(start_info->root);

    for (unsigned int level = 1; level <= 4; level++)
        tables[level] = page_take();
    first = page_take();
    second = page_take();
    page_at(tables[1])[0] = machine_address(first) | ENTRY_DATA;
    page_at(tables[2])[0] = machine_address(tables[1]) | ENTRY_LINK;
    page_at(tables[3])[0] = machine_address(tables[2]) | ENTRY_LINK;
    for (unsigned int slot = 0; slot < ENTRIES; slot++)
        page_at(tables[4])[slot] = old[slot];
    page_at(tables[4])[NEW_SLOT] = machine_address(tables[3]) | ENTRY_LINK;
}

/* Bottom up, each table after its wrong turns. */
static void make(void)
{
    for (unsigned int level = 1; level <= 4; level++) {
        enum pv_frame_type type = (enum pv_frame_type)level;

        expect_result(page_retype(tables[level], type), -PV_E_BUSY, "retype of a page that is writable",
                      level);
        page_protect(tables[level]);
        if (level < 4)
            expect_result(page_retype(tables[level], type + 1), -PV_E_TYPE, "retype to too high a level",
                          level);
        if (level > 1)
            expect_result(page_retype(tables[level], type - 1), level == 2 ? -PV_E_READONLY : -PV_E_TYPE,
                          "retype to too low a level", level);
        expect_result(page_retype(tables[level], type), 0, "retype to a table of level", level);
        expect_result(page_retype(tables[level], type), -PV_E_TYPE, "retype of a table to a table of level",
                      level);
        expect(page_at(tables[level])[level == 4 ? NEW_SLOT : 0] != 0, "the table of level %u reads as zero",
               (uint64_t)level);
        expect_result(page_map(tables[level], ENTRY_DATA), -PV_E_READONLY, "a writable mapping of a table",
                      level);
    }
}

static struct pv_vcpu_counts counts_read(void)
{
    struct pv_vcpu_counts counts = {.root_loads = 0};

    call(PV_CALL_vcpu_counts, (uintptr_t)&counts, 0, 0);
    return counts;
}

static void load_root(void)
{
    expect_result(call(PV_CALL_root_load, machine_address(tables[4]), 0, 0), 0, "load of the new root", 0);
}

/* Another guest may run at any time, and this one's root be loaded again after it; but not each time. */
static void expect_counted(void)
{
    uint64_t counted = 0;

    for (unsigned int attempts = 0; attempts < COUNT_ATTEMPTS && counted != 1; attempts++) {
        uint64_t before = counts_read().root_loads;

        load_root();
        counted = counts_read().root_loads - before;
    }
    expect(counted == 1, "%u root loads are counted, not one", counted);
}

static void load(void)
{
    expect(attempt(read_word, NEW(0)).vector == PAGE, "the new address is mapped before the root is loaded");
    load_root();
    root_page_set(tables[4]);
    expect_counted();
    page_at(first)[1] = 0x1122334455667788;
    expect(*(volatile uint64_t *)(NEW(0) + 8) == 0x1122334455667788, "the new mapping shows another page");
    *(volatile uint64_t *)(NEW(0) + 16) = 42;
    expect(page_at(first)[2] == 42, "a store to the new mapping went to another page");
}

/* Sets an entry with neither bit, does something, and looks which bits the processor has set. */
static void expect_bits(void (*action)(uint64_t), uint64_t bits)
{
    uint64_t value;

    expect_result(mmu_do(leaf(0) | PV_MMU_SET, machine_address(first) | ENTRY_DATA), 0, "clearing bits", 0);
    expect_result(mmu_do(NEW(0) | PV_MMU_FLUSH_PAGE, 1), 0, "flush of a page", NEW(0));
    action(NEW(0));
    value = entry_value(leaf(0));
    expect((value & (ENTRY_ACCESSED | ENTRY_DIRTY)) == bits,
           "the entry's accessed and dirty bits are %x, not %x", value & (ENTRY_ACCESSED | ENTRY_DIRTY),
           bits);
}

static void accessed_and_dirty(void)
{
    expect_bits(read_word, ENTRY_ACCESSED);
    expect_bits(write_word, ENTRY_ACCESSED | ENTRY_DIRTY);
    expect_result(mmu_do(leaf(0) | PV_MMU_SET_KEEP, machine_address(first) | ENTRY_READ | ENTRY_NX), 0,
                  "SET_KEEP", 0);
    expect((entry_value(leaf(0)) & (ENTRY_ACCESSED | ENTRY_DIRTY)) == (ENTRY_ACCESSED | ENTRY_DIRTY),
           "SET_KEEP has lost accessed and dirty bits");
    expect_result(mmu_do(leaf(0) | PV_MMU_SET, machine_address(first) | ENTRY_DATA), 0, "SET", 0);
    expect((entry_value(leaf(0)) & (ENTRY_ACCESSED | ENTRY_DIRTY)) == 0,
           "SET has kept accessed and dirty bits");
}

static void expect_fault(const char *what, void (*action)(uint64_t), uint64_t address, uint64_t error)
{
    struct fault fault = attempt(action, address);

    expect(fault.vector == PAGE && fault.address == address && fault.error == error,
           "%s %x: vector %u, error %x, address %x", what, address, fault.vector, fault.error, fault.address);
}

static void map_and_unmap(void)
{
    uint64_t code = machine_address(second) | ENTRY_READ;

    page_at(second)[0] = CODE;
    expect_result(call(PV_CALL_va_update, NEW(1), code | ENTRY_NX, 0), 0, "va_update", NEW(1));
    expect(*(volatile uint64_t *)NEW(1) == CODE, "the page mapped by va_update is another");
    expect_fault("writing", write_word, NEW(1), ERROR_PRESENT | ERROR_WRITE);
    expect_fault("jumping to", jump_to, NEW(1), ERROR_PRESENT | ERROR_FETCH);
    expect_result(call(PV_CALL_va_update, NEW(1), code, PV_VA_INVALIDATE), 0, "va_update", NEW(1));
    expect(((uint32_t(*)(void))NEW(1))() == 0x1234567, "the code does not run");
    expect_result(call(PV_CALL_va_update, NEW(1), 0, PV_VA_INVALIDATE_ALL), 0, "va_update", NEW(1));
    expect_fault("reading", read_word, NEW(1), 0);
    expect_result(mmu_do(leaf(1) | PV_MMU_SET, code), 0, "SET", 1);
    read_word(NEW(1));
    expect_result(mmu_do(leaf(1) | PV_MMU_SET, 0), 0, "SET to 0", 1);
    expect_result(call(PV_CALL_tlb_flush, 0, 0, 0), 0, "tlb_flush", 0);
    expect_fault("reading", read_word, NEW(1), 0);
}

/* Refusals, each for its reason. */
static void refusals(void)
{
    uint64_t data = machine_address(second), root = machine_address(tables[4]);
    const struct {
        const char *what;
        uint64_t target, value;
        int64_t error;
    } wrong[] = {
        {"SET in data", data | PV_MMU_SET, 0, PV_E_TYPE},
        {"SET of an uncached entry", leaf(1) | PV_MMU_SET, data | ENTRY_READ | 0x10, PV_E_BITS},
        {"SET of an entry without the user bit", leaf(1) | PV_MMU_SET, data | ENTRY_PRESENT, PV_E_BITS},
        {"SET beyond all memory", 1ul << 50 | PV_MMU_SET, 0, PV_E_OWNER},
        {"SET of a writable view of a table", leaf(1) | PV_MMU_SET, leaf(0) | ENTRY_DATA, PV_E_READONLY},
        {"SET of data above level 1", machine_address(tables[2]) | PV_MMU_SET, data | ENTRY_LINK, PV_E_TYPE},
        {"SET of the hypervisor's slot", (root + 256 * sizeof(uint64_t)) | PV_MMU_SET, 0, PV_E_SLOT},
        {"LOAD of data as a root", data | PV_MMU_LOAD, PV_LOAD_USER_ROOT, PV_E_TYPE},
        {"LOAD of something unknown", root | PV_MMU_LOAD, 4, PV_E_INVALID},
        {"RETYPE to something unknown", data | PV_MMU_RETYPE, PV_FRAME_DESCRIPTORS + 1, PV_E_INVALID},
        {"RETYPE to 2^32", data | PV_MMU_RETYPE, 1ul << 32, PV_E_INVALID},
        {"RETYPE to 2^32 + 1", data | PV_MMU_RETYPE, (1ul << 32) + PV_FRAME_LEVEL1, PV_E_INVALID},
        {"LOAD of 2^32", root | PV_MMU_LOAD, 1ul << 32, PV_E_INVALID},
        {"LOAD of no page", (root + 8) | PV_MMU_LOAD, PV_LOAD_KERNEL_ROOT, PV_E_INVALID},
        {"FLUSH_PAGE of no page", (NEW(0) + 8) | PV_MMU_FLUSH_PAGE, 1, PV_E_INVALID},
        {"RETYPE of no page", (data + 8) | PV_MMU_RETYPE, PV_FRAME_LEVEL1, PV_E_INVALID},
        {"CLEAR to data", root | PV_MMU_CLEAR, PV_FRAME_DATA, PV_E_INVALID},
        {"an operation that is none", 7, 0, PV_E_INVALID},
        {"FLUSH with a target", 8 | PV_MMU_FLUSH, 1, PV_E_INVALID},
        {"FLUSH_PAGE of the hypervisor's", PV_HYPERVISOR_START | PV_MMU_FLUSH_PAGE, 1, PV_E_INVALID},
    };

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        uint64_t entry = entry_value(leaf(1));
        expect_result(mmu_do(wrong[i].target, wrong[i].value), -wrong[i].error, wrong[i].what,
                      wrong[i].target);
        expect(entry_value(leaf(1)) == entry, "%s has changed an entry", wrong[i].what);
    }
    expect_result(call(PV_CALL_va_update, NEW(0), 0, 4), -PV_E_INVALID, "va_update with flags", 4);
    expect_result(call(PV_CALL_va_update, 0x800000000000, 0, 0), -PV_E_INVALID, "va_update, not canonical",
                  0);
    expect_result(call(PV_CALL_va_update, 5ul << 39, 0, 0), -PV_E_UNMAPPED, "va_update without tables", 0);
    expect_result(call(PV_CALL_root_load, data, 0, 0), -PV_E_TYPE, "root_load of data", 0);
    expect_result(call(PV_CALL_root_load, root + 8, 0, 0), -PV_E_OWNER, "root_load of no page", 0);
}

/* What fails in a batch says where and why; what came before it stays done. */
static void status(void)
{
    struct pv_mmu_update operations[] = {
        {leaf(2) | PV_MMU_SET, machine_address(second) | ENTRY_READ},
        {leaf(3) | PV_MMU_SET, machine_address(second) | ENTRY_LARGE | ENTRY_READ},
        {leaf(4) | PV_MMU_SET, machine_address(second) | ENTRY_READ}};
    struct pv_mmu_status status = {.done = 99};

    expect_result(call(PV_CALL_mmu_update, (uintptr_t)operations, 3, (uintptr_t)&status), -PV_E_BITS,
                  "a batch", 3);
    expect(status.done == 1 && status.error == PV_E_BITS, "the status is: %u done, error %u", status.done,
           (uint64_t)status.error);
    expect(entry_value(leaf(2)) != 0 && entry_value(leaf(4)) == 0, "not just the first operation was done");
    operations[1].value = 0;
    status.done = 99;
    expect_result(call(PV_CALL_mmu_update, (uintptr_t)operations, 3, (uintptr_t)&status), 3, "a batch", 3);
    expect(status.done == 99, "a batch that was done has a status");
    operations[0].value = operations[2].value = 0;
    expect_result(mmu_batch(operations, 3), 3, "a batch", 3);
}

/* Top down, each table after its wrong turns. */
static void unmake(void)
{
    for (unsigned int level = 1; level <= 4; level++)
        expect_result(page_retype(tables[level], PV_FRAME_DATA), -PV_E_BUSY, "retype of a table in use",
                      level);
    expect_result(page_load(start_info->root, PV_LOAD_KERNEL_ROOT), 0, "load of the loader's root", 0);
    root_page_set(start_info->root);
    for (unsigned int level = 4; level >= 1; level--) {
        for (unsigned int below = 1; below < level; below++)
            expect_result(page_retype(tables[below], PV_FRAME_DATA), -PV_E_BUSY,
                          "retype of a table that is linked", below);
        expect_result(page_retype(tables[level], PV_FRAME_DATA), 0, "retype to data of level", level);
        page_unprotect(tables[level]);
        page_at(tables[level])[3] = 7;
        expect(page_at(tables[level])[3] == 7, "a page that was a table does not keep what is written");
    }
    expect(attempt(read_word, NEW(0)).vector == PAGE, "what was mapped below the new root still is");
}

void test_main(void)
{
    traps_open();
    translations();
    for (int round = 0; round < 2; round++) {
        fill();
        make();
        load();
        accessed_and_dirty();
        map_and_unmap();
        refusals();
        status();
        unmake();
    }
}
