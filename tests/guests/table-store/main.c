// SPDX-License-Identifier: MIT
/*
 * table-store: writes to its tables with plain instructions, in mode=trap.
 *
 * What: every form of instruction that compilers write memory with, of each size, is run on an entry of a
 * level-1 table that is mapped for reading, with old values and operands of all sorts: legal entries, empty
 * ones, frames of others, bits that may not be. Then stores of many entries at once, across the end of the
 * table, and across two entries; and a whole address space made and loaded without a single call.
 *
 * Why: this is how a kernel for the bare machine does it. What a call would refuse has to be refused, what it
 * would do has to be done, and the instruction has to leave registers and flags as it would have.
 *
 * How: the same instruction is run on plain memory with the same value. What memory holds then is offered to
 * the call: if the call takes it, the table has to hold the same, and all registers and flags that the
 * instruction changes are the same; if the call refuses, the store is a page fault and the entry is as
 * before. In mode=hypercall each store is a fault.
 */
#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/memory.h"
#include "tests/guests/runtime/test.h"
#include "tests/guests/runtime/trap.h"
#include "tests/guests/table-store/form.h"

const char test_name[] = "table-store";

/* The entry that is played with. */
#define INDEX 7u

/* Two pages, next to each other: the table's, and one of data after it. */
#define PLACE (3ul << 39)

static uint64_t table, other; /* where the instructions are run, and where the calls are tried */
static uint64_t data[2];
static bool emulated;

static uint64_t legal(unsigned int i)
{
    return machine_address(data[i]) | ENTRY_READ;
}

static void form_attempt(uint64_t address)
{
    struct form_state *state = (struct form_state *)address;

    state->form->run(state);
}

/* What the instruction does to plain memory. */
static struct form_state plainly(const struct form *form, uint64_t old, uint64_t operand, uint64_t rax,
                                 uint64_t *result)
{
    static uint64_t word[3];
    struct form_state state = {
        .form = form, .rdi = (uintptr_t)&word[1] + form->offset, .rsi = operand, .rax = rax};

    word[1] = old;
    form->run(&state);
    state.rdi -= (uintptr_t)&word[1];
    *result = word[1];
    return state;
}

static uint64_t entry(void)
{
    return ((volatile uint64_t *)page_at(table))[INDEX];
}

static void reset(uint64_t old)
{
    if (entry_set(table, INDEX, old) != 0 || entry_set(other, INDEX, old) != 0)
        test_error("an old value is refused");
}

static void expect_same(const struct form *form, const struct form_state *plain,
                        const struct form_state *there, uint64_t old)
{
    uint64_t rdi = there->rdi - (uintptr_t)(page_at(table) + INDEX);

    expect(plain->rax == there->rax && plain->rsi == there->rsi && plain->rcx == there->rcx &&
               plain->rdi == rdi,
           "%s on %x: rax %x, rsi %x, rcx %x", form->name, old, there->rax, there->rsi, there->rcx);
    expect(((plain->rflags ^ there->rflags) & form->flags) == 0, "%s on %x: flags %x, not %x", form->name,
           old, there->rflags, plain->rflags);
}

static void try_form(const struct form *form, uint64_t old, uint64_t operand, uint64_t rax)
{
    uint64_t result;
    struct form_state plain = plainly(form, old, operand, rax, &result);
    struct form_state there = {
        .form = form, .rdi = (uintptr_t)(page_at(table) + INDEX) + form->offset, .rsi = operand, .rax = rax};
    bool allowed;
    struct fault fault;

    reset(old);
    allowed = entry_set(other, INDEX, result) == 0 && emulated;
    fault = attempt(form_attempt, (uintptr_t)&there);
    if (allowed) {
        expect(fault.vector == NO_FAULT && entry() == result,
               "%s of %x on %x: vector %u, and the entry is %x, not %x", form->name, operand, old,
               fault.vector, entry(), result);
        expect_same(form, &plain, &there, old);
    } else {
        expect(fault.vector == PAGE && fault.error == (ERROR_PRESENT | ERROR_WRITE) && entry() == old,
               "%s of %x on %x, which would be %x: vector %u, and the entry is %x", form->name, operand, old,
               result, fault.vector, entry());
    }
}

/* Every form with old values that are legal, and with all sorts of operands. */
static void forms(void)
{
    const uint64_t olds[] = {0,     legal(0), legal(0) | ENTRY_WRITE,   legal(1) | ENTRY_NX | ENTRY_DIRTY,
                             0x200, ENTRY_NX, legal(0) & ~ENTRY_PRESENT};
    const uint64_t operands[] = {0,
                                 1,
                                 2,
                                 7,
                                 9,
                                 11,
                                 63,
                                 0x67,
                                 0x80,
                                 0x200,
                                 0xe00,
                                 legal(0),
                                 legal(1),
                                 ENTRY_NX,
                                 ENTRY_LARGE,
                                 ENTRY_WRITE,
                                 legal(1) | ENTRY_DATA,
                                 legal(0) ^ legal(1),
                                 legal(1) >> 32,
                                 0x200000 | ENTRY_DATA,
                                 UINT64_MAX,
                                 ~ENTRY_WRITE,
                                 ~ENTRY_PRESENT,
                                 1ul << 51};

    for (const struct form *form = form_list; form->run != NULL; form++) {
        for (size_t i = 0; i < sizeof olds / sizeof *olds; i++) {
            for (size_t k = 0; k < sizeof operands / sizeof *operands; k++) {
                try_form(form, olds[i], operands[k], 0x1234);
                try_form(form, olds[i], operands[k], olds[i]);
            }
        }
    }
    reset(0);
}

/* Many entries, up and down, and on into the page behind the table. */
static void strings(void)
{
    volatile uint64_t *at = (volatile uint64_t *)PLACE;
    uint64_t source[6];

    for (unsigned int i = 0; i < 6; i++)
        source[i] = legal(i % 2) | (i % 3 == 0 ? ENTRY_WRITE : 0);
    form_stos((uint64_t *)at + ENTRIES - 3, legal(0), 5);
    for (unsigned int i = 0; i < 5; i++)
        expect(at[ENTRIES - 3 + i] == legal(0), "word %u of a rep stosq is %x", (uint64_t)i,
               at[ENTRIES - 3 + i]);
    form_stos((uint64_t *)at, legal(1), ENTRIES);
    for (unsigned int i = 0; i < ENTRIES; i++)
        expect(at[i] == legal(1), "word %u of a rep stosq is %x", (uint64_t)i, at[i]);
    form_stos((uint64_t *)at, 0, ENTRIES);
    form_movs((uint64_t *)at + 10, source, 6, false);
    for (unsigned int i = 0; i < 6; i++)
        expect(at[10 + i] == source[i], "word %u of a rep movsq is %x", (uint64_t)i, at[10 + i]);
    form_movs((uint64_t *)at + 25, source + 5, 6, true);
    for (unsigned int i = 0; i < 6; i++)
        expect(at[20 + i] == source[i], "word %u of a rep movsq downwards is %x", (uint64_t)i, at[20 + i]);
    form_stos((uint64_t *)at, 0, 30);
}

static void string_attempt(uint64_t source)
{
    form_movs((uint64_t *)PLACE + 10, (const uint64_t *)source, 6, false);
}

static void unaligned_attempt(uint64_t offset)
{
    *(volatile uint64_t *)(PLACE + offset) = 0;
}

/* What is refused in the middle leaves what came before; what is on two entries, or on two pages, is refused.
 */
static void refused(void)
{
    uint64_t source[6] = {legal(0), legal(1), 0x200000 | ENTRY_READ, legal(0), 0, 0};
    volatile uint64_t *at = (volatile uint64_t *)PLACE;
    struct fault fault = attempt(string_attempt, (uintptr_t)source);

    expect(fault.vector == PAGE && fault.address == PLACE + 12 * sizeof *at, "a rep movsq: vector %u at %x",
           fault.vector, fault.address);
    expect(at[10] == legal(0) && at[11] == legal(1) && at[12] == 0, "a rep movsq has left %x, %x, %x", at[10],
           at[11], at[12]);
    at[10] = at[11] = 0;
    for (uint64_t offset = 1; offset < 8; offset++) {
        expect(attempt(unaligned_attempt, offset).vector == PAGE, "a store to two entries at %u", offset);
        expect(attempt(unaligned_attempt, PAGE_SIZE - offset).vector == PAGE, "a store to two pages at %u",
               offset);
    }
}

/* A store that maps for writing counts like any other: the page is no table until it is taken back. */
static void counts(void)
{
    volatile uint64_t *at = (volatile uint64_t *)PLACE;

    page_protect(data[0]);
    at[5] = legal(0) | ENTRY_WRITE;
    expect_result(page_retype(data[0], PV_FRAME_LEVEL1), -PV_E_BUSY, "retype of what a store mapped writable",
                  0);
    at[5] = legal(0);
    expect_result(page_retype(data[0], PV_FRAME_LEVEL1), 0, "retype afterwards", 0);
    expect(attempt(write_word, PLACE + 40).vector == PAGE, "a word that is no entry is let through");
    at[5] = 0;
    table_unmake(data[0]);
}

static void slot_attempt(uint64_t address)
{
    *(volatile uint64_t *)address = 0;
}

/* What kernels flush everything with (Intel SDM vol. 3, 4.10.4.1). */
static void global_pages_toggle(void)
{
    uint64_t cr4;

    __asm__ volatile("mov %%cr4, %0\n"
                     "xor $0x80, %0\n"
                     "mov %0, %%cr4\n"
                     "xor $0x80, %0\n"
                     "mov %0, %%cr4\n"
                     : "=&r"(cr4)
                     :
                     : "memory");
}

/* Links tables from the top, and uses what they map; the root is one of its own, loaded as on a bare machine.
 */
static void address_space(void)
{
    const uint64_t place = 4ul << 39;
    uint64_t root = page_take(), tables[4];

    for (unsigned int i = 0; i < ENTRIES; i++)
        page_at(root)[i] = page_at(start_info->root)[i];
    table_make(root, PV_FRAME_LEVEL4);
    for (unsigned int level = 1; level <= 3; level++) {
        tables[level] = page_take();
        table_make(tables[level], (enum pv_frame_type)level);
    }
    __asm__ volatile("mov %0, %%cr3" : : "r"(machine_address(root)) : "memory");
    page_at(root)[4] = machine_address(tables[3]) | ENTRY_LINK;
    page_at(tables[3])[0] = machine_address(tables[2]) | ENTRY_LINK;
    page_at(tables[2])[0] = machine_address(tables[1]) | ENTRY_LINK;
    page_at(tables[1])[0] = machine_address(data[1]) | ENTRY_DATA;
    page_at(data[1])[9] = 99;
    expect(((volatile uint64_t *)place)[9] == 99, "the mapping shows another page");
    page_at(data[0])[9] = 88;
    page_at(tables[1])[0] = machine_address(data[0]) | ENTRY_DATA;
    global_pages_toggle();
    expect(((volatile uint64_t *)place)[9] == 88, "a change of CR4.PGE does not flush");
    page_at(tables[1])[0] = 0;
    __asm__ volatile("invlpg (%0)" : : "r"(place) : "memory");
    expect(attempt(read_word, place).vector == PAGE, "what was unmapped is still there");
    for (unsigned int slot = 256; slot < 272; slot++)
        expect(attempt(slot_attempt, PHYSMAP + root + slot * sizeof(uint64_t)).vector == PAGE,
               "the hypervisor's slot %u is set", (uint64_t)slot);
    expect_result(page_retype(root, PV_FRAME_DATA), -PV_E_BUSY, "retype of the root that is loaded", 0);
    page_at(root)[4] = 0;
    __asm__ volatile("mov %0, %%cr3" : : "r"(machine_address(start_info->root)) : "memory");
    table_unmake(root);
    for (unsigned int level = 3; level >= 1; level--)
        table_unmake(tables[level]);
}

void test_main(void)
{
    uint64_t after = page_take();

    traps_open();
    emulated = start_info->mode == PV_MODE_TRAP;
    data[0] = page_take();
    data[1] = page_take();
    table = page_take();
    other = page_take();
    table_make(table, PV_FRAME_LEVEL1);
    table_make(other, PV_FRAME_LEVEL1);
    expect_result(map_at(PLACE, machine_address(table) | ENTRY_READ), 0, "mapping", 0);
    expect_result(map_at(PLACE + PAGE_SIZE, machine_address(after) | ENTRY_DATA), 0, "mapping", 1);
    forms();
    if (emulated) {
        strings();
        refused();
        counts();
        address_space();
    }
    table_unmake(table);
    table_unmake(other);
}
