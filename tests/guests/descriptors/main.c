// SPDX-License-Identifier: MIT
/*
 * descriptors: segment descriptors of its own, good ones and bad ones.
 *
 * What: frames become tables of descriptors with every kind of descriptor that there is in them, by retype
 * and by SET: gates, segments of other rings, 32-bit code, local tables, task states. Good ones are loaded as
 * the first page of the global table and as the local table, and used: a base for fs, a code segment that is
 * jumped to. Two of these guests with different bases run at the same time. With the argument `lose` the
 * guest, in mode=trap, takes away the descriptor of the code segment that it is running on.
 *
 * Why: a gate in a table that the processor uses is a door to ring 0. And what one guest has loaded must be
 * gone when the next one runs.
 *
 * How: each bad descriptor is refused with BITS, wherever it is; each good one works, after the processor has
 * been given to the other guest and back, too; after the last table is unloaded, its selectors fault.
 */
#include "tests/guests/descriptors/kinds.h"
#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/memory.h"
#include "tests/guests/runtime/test.h"
#include "tests/guests/runtime/trap.h"

const char test_name[] = "descriptors";

/* A data segment with a base below 4 GiB. */
#define DATA_BASED(base) (DATA_RING3 | ((base)&0xffffff) << 16 | ((base) >> 24 & 0xff) << 56)

/* Selectors of an index with privilege 3, in the global and in the local table. */
#define GLOBAL(index) ((index)*8 + 3)
#define LOCAL(index)  ((index)*8 + 7)

/* The hypervisor's own selectors begin here (the second page of the table). */
#define OWN_FIRST 0x1000
#define OWN_END   0x2000

#define YIELDS 200

/* Loops of an instruction or two: some milliseconds, so that interrupts fall into it. */
#define SPINS 20000000ul

static const unsigned int places[] = {0, 1, 2, 255, 511};

/* A frame with one descriptor in it, made and unmade. */
static int64_t make_with(uint64_t page, unsigned int place, uint64_t descriptor)
{
    int64_t result;

    page_at(page)[place] = descriptor;
    page_protect(page);
    result = page_retype(page, PV_FRAME_DESCRIPTORS);
    if (result == 0)
        page_retype(page, PV_FRAME_DATA);
    page_unprotect(page);
    page_at(page)[place] = 0;
    return result;
}

static void checks(void)
{
    uint64_t page = page_take(), table = page_take();

    table_make(table, PV_FRAME_DESCRIPTORS);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        int64_t wanted = kinds[i].good ? 0 : -PV_E_BITS;
        for (size_t k = 0; k < sizeof places / sizeof *places; k++) {
            expect_result(make_with(page, places[k], kinds[i].descriptor), wanted, kinds[i].name, places[k]);
            expect_result(entry_set(table, places[k], kinds[i].descriptor), wanted, kinds[i].name, places[k]);
            expect_result(mmu_do((machine_address(table) + places[k] * sizeof(uint64_t)) | PV_MMU_SET_KEEP,
                                 kinds[i].descriptor),
                          wanted, kinds[i].name, places[k]);
            expect(page_at(table)[places[k]] == (kinds[i].good ? kinds[i].descriptor : 0),
                   "%s: the descriptor is %x afterwards", kinds[i].name, page_at(table)[places[k]]);
            expect_result(entry_set(table, places[k], 0), 0, "no descriptor", places[k]);
        }
    }
    table_unmake(table);
}

static void load_ds(uint64_t selector)
{
    __asm__ volatile("mov %w0, %%ds" : : "r"(selector));
}

static void load_fs(uint64_t selector)
{
    __asm__ volatile("mov %w0, %%fs" : : "r"(selector));
}

static uint64_t fs_word(void)
{
    uint64_t word;

    __asm__ volatile("mov %%fs:0, %0" : "=r"(word));
    return word;
}

static uint16_t fs_selector(void)
{
    uint16_t selector;

    __asm__("mov %%fs, %0" : "=r"(selector));
    return selector;
}

static uint16_t code_selector(void)
{
    uint16_t selector;

    __asm__ volatile("mov %%cs, %0" : "=r"(selector));
    return selector;
}

/*
 * Goes on with another code segment: a far jump with a prefix REX.W, for an address of 64 bits. (Not a far
 * return, which this emulator does not do in ring 3 with SMAP.)
 */
static void code_selector_load(uint64_t selector)
{
    struct {
        uint64_t address;
        uint16_t selector;
    } __attribute__((packed)) pointer = {.selector = (uint16_t)selector};

    __asm__ volatile("lea 1f(%%rip), %%rax\n"
                     "mov %%rax, (%0)\n"
                     ".byte 0x48\n"
                     "ljmp *(%0)\n"
                     "1:\n"
                     :
                     : "D"(&pointer)
                     : "rax", "memory");
}

/* A page of low memory with a number in it, where a base of 32 bits leads. */
static uint64_t number_at(uint64_t base, uint64_t number)
{
    uint64_t page = page_take();

    page_at(page)[0] = number;
    if (map_at(base, machine_address(page) | ENTRY_DATA) != 0)
        test_error("low memory cannot be mapped");
    return number;
}

static void expect_fs(uint64_t selector, uint64_t number, const char *when)
{
    expect(fs_selector() == selector && fs_word() == number, "%s: fs is %x, and %x is where it leads", when,
           (uint64_t)fs_selector(), fs_word());
}

/* A base by a descriptor; it lasts while others run. */
static void use_base(uint64_t selector, uint64_t number)
{
    load_fs(selector);
    expect_fs(selector, number, "at once");
    for (unsigned int i = 0; i < YIELDS; i++) {
        call(PV_CALL_yield, 0, 0, 0);
        expect_fs(selector, number, "after a call");
    }
    load_fs(0);
    for (unsigned int i = 0; i < YIELDS; i++)
        call(PV_CALL_yield, 0, 0, 0);
    load_fs(selector);
    expect_fs(selector, number, "when loaded later");
}

static void raise(uint64_t selector)
{
    code_selector_load(selector);
    __asm__ volatile("ud2");
}

/* A code segment; interrupts come and go, other guests run, and a handler sees the kernel's selector. */
static void use_code(uint64_t selector)
{
    struct fault fault;

    code_selector_load(selector);
    for (volatile uint64_t i = 0; i < SPINS; i++) {
    }
    expect(code_selector() == selector, "cs is %x after a while, not %x", (uint64_t)code_selector(),
           selector);
    call(PV_CALL_yield, 0, 0, 0);
    expect(code_selector() != selector, "cs is still its own after a call");
    fault = attempt(raise, selector);
    expect(fault.vector == UNDEFINED && fault.cs == PV_KERNEL_CS, "an exception shows vector %u, cs %x",
           fault.vector, fault.cs);
}

/* On the processor, the accessed bit is set by whoever loads the descriptor; nothing else of it changes. */
static void expect_untouched(uint64_t table, unsigned int index, uint64_t descriptor)
{
    expect((page_at(table)[index] & ~(1ul << 40)) == descriptor, "descriptor %u is %x, not %x",
           (uint64_t)index, page_at(table)[index], descriptor);
}

static void expect_refused_selectors(void)
{
    static const uint64_t own[] = {0x1008, 0x100b, 0x1010, 0x1013, 0x1018,
                                   0x101b, 0x1020, 0x1028, 0x102b, 0x1fe3};

    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        expect(attempt(load_ds, own[i]).vector == PROTECTION, "selector %x can be loaded", own[i]);
    for (uint64_t selector = OWN_FIRST + 3; selector < OWN_END; selector += 8) {
        if (attempt(load_ds, selector).vector == NO_FAULT)
            expect(selector == 0x1feb || selector == 0x1ff3, "selector %x can be loaded", selector);
    }
}

/* One table, global or local, with everything that can be done with it. */
static void use(enum pv_load which, uint64_t base, uint64_t number)
{
    uint64_t page = page_take(), index = which == PV_LOAD_DESCRIPTORS ? 3 : 0;
    uint64_t data = which == PV_LOAD_DESCRIPTORS ? GLOBAL(index) : LOCAL(index), code = data + 8;

    page_at(page)[index] = DATA_BASED(base);
    page_protect(page);
    expect_result(page_load(page, which), -PV_E_TYPE, "load of data", which);
    expect_result(page_retype(page, PV_FRAME_DESCRIPTORS), 0, "retype", which);
    expect(attempt(load_fs, data).vector == PROTECTION, "a descriptor is used that is not loaded");
    expect_result(page_load(page, which), 0, "load", which);
    expect_result(page_retype(page, PV_FRAME_DATA), -PV_E_BUSY, "retype of what is loaded", which);
    expect_result(page_map(page, ENTRY_DATA), -PV_E_READONLY, "mapping it writable", which);
    expect_result(entry_set(page, (unsigned int)index + 1, CODE_RING3), 0, "SET of a code segment", which);
    use_base(data, number);
    use_code(code);
    expect_untouched(page, (unsigned int)index, DATA_BASED(base));
    expect_untouched(page, (unsigned int)index + 1, CODE_RING3);
    expect_refused_selectors();
    expect_result(mmu_do(PV_MMU_LOAD, which), 0, "unloading", which);
    for (unsigned int i = 0; i < YIELDS; i++)
        call(PV_CALL_yield, 0, 0, 0);
    expect(attempt(load_fs, data).vector != NO_FAULT, "a descriptor is used that was unloaded");
    load_fs(0);
    table_unmake(page);
    expect(attempt(load_fs, data).vector != NO_FAULT, "a descriptor is used of what is data");
}

/* A store to the table, in mode=trap: the code segment in use is not present any more when the guest goes on.
 */
static void lose(void)
{
    uint64_t page = page_take();

    page_at(page)[1] = CODE_RING3;
    table_make(page, PV_FRAME_DESCRIPTORS);
    if (page_load(page, PV_LOAD_DESCRIPTORS) != 0)
        test_error("the descriptors cannot be loaded");
    print("losing its code segment\n");
    code_selector_load(GLOBAL(1));
    ((volatile uint64_t *)page_at(page))[1] = CODE_RING3 & ~PRESENT;
    test_error("it goes on without a code segment");
}

void test_main(void)
{
    uint64_t base = argument_is("other") ? 0x87650000 : 0x12340000;
    uint64_t number = number_at(base, base * 3);

    traps_open();
    if (argument_is("lose"))
        lose();
    checks();
    use(PV_LOAD_DESCRIPTORS, base, number);
    use(PV_LOAD_LOCAL_DESCRIPTORS, base, number);
    expect_refused_selectors();
}
