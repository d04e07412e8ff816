// SPDX-License-Identifier: MIT
/*
 * The address space of user mode: a root in which nothing is mapped but pages of its own.
 */
#include "abi/call.h"
#include "tests/guests/runtime/memory.h"
#include "tests/guests/runtime/test.h"
#include "tests/guests/user-calls/user.h"

static uint64_t data, first_root;

static unsigned int index_of(uint64_t address, unsigned int level)
{
    return address >> (12 + 9 * (level - 1)) & (ENTRIES - 1);
}

static uint64_t code_page(void)
{
    uint64_t code = page_take();
    char *to = (char *)page_at(code);

    for (uint64_t i = 0; user_code + i < user_code_end; i++)
        to[i] = user_code[i];
    return code;
}

static void page_set(uint64_t table, uint64_t address, uint64_t physical, uint64_t rights)
{
    page_at(table)[index_of(address, 1)] = machine_address(physical) | rights;
}

/* In mode=trap a load of CR3 sets both roots: the user's own comes after it. */
static void root_load(uint64_t root)
{
    if (trapped())
        __asm__ volatile("mov %0, %%cr3" : : "r"(machine_address(root_page())) : "memory");
    if (page_load(root, PV_LOAD_USER_ROOT) != 0)
        test_error("the user's root cannot be loaded");
}

/* Makes a page that is filled in a level-1 table, and enters it into a root with the tables between. */
static void table_enter(uint64_t root, uint64_t address, uint64_t table)
{
    table_make(table, PV_FRAME_LEVEL1);
    for (unsigned int level = 2; level <= 4; level++) {
        uint64_t above = level == 4 ? root : page_take();
        page_at(above)[index_of(address, level)] = machine_address(table) | ENTRY_LINK;
        if (level < 4)
            table_make(above, (enum pv_frame_type)level);
        table = above;
    }
}

void user_space_open(void)
{
    uint64_t root = page_take(), low = page_take(), high = page_take(), stack = page_take();

    data = page_take();
    page_set(low, USER_CODE, code_page(), ENTRY_READ);
    page_set(low, USER_DATA, data, ENTRY_DATA);
    page_set(low, USER_READONLY, page_take(), ENTRY_READ | ENTRY_NX);
    page_set(low, USER_STACK_TOP - PAGE_SIZE, stack, ENTRY_DATA);
    page_set(high, USER_HIGH_TOP - PAGE_SIZE, stack, ENTRY_DATA);
    table_enter(root, USER_CODE, low);
    table_enter(root, USER_HIGH_TOP - PAGE_SIZE, high);
    table_make(root, PV_FRAME_LEVEL4);
    root_load(root);
    first_root = root;
}

uint64_t user_root(void)
{
    return first_root;
}

struct state *user_loaded(void)
{
    return (struct state *)((char *)page_at(data) + (USER_LOADED - USER_DATA));
}

struct state *user_found(void)
{
    return (struct state *)((char *)page_at(data) + (USER_FOUND - USER_DATA));
}

struct state state_pattern(uint64_t seed, const char *code)
{
    struct state state = {.rax = 0};
    uint64_t *word = (uint64_t *)&state;

    for (uint64_t i = 0; i < sizeof state / sizeof *word; i++)
        word[i] = (seed << 8 | i) * 0x9e3779b97f4a7c15;
    state.rip = user_address(code);
    state.rsp = USER_STACK_TOP;
    state.rflags = FLAGS_ONE | FLAGS_IF;
    return state;
}

void expect_state(const struct state *found, const struct state *wanted, uint32_t except, const char *what)
{
    static const char *const names[] = {"rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp", "r8",
                                        "r9",  "r10", "r11", "r12", "r13", "r14", "r15", "rip", "rflags"};
    const uint64_t *a = (const uint64_t *)found, *b = (const uint64_t *)wanted;

    for (unsigned int i = 0; i < sizeof names / sizeof *names; i++)
        expect((except >> i & 1) != 0 || a[i] == b[i], "%s: %s is %x, not %x", what, names[i], a[i], b[i]);
}

bool trapped(void)
{
    return start_info->mode == PV_MODE_TRAP;
}

struct excursion begin(void (*how)(void))
{
    excursion = (struct excursion){.vector = 0xff, .mask = 0xff};
    how();
    page()->event_mask = 1;
    return excursion;
}
