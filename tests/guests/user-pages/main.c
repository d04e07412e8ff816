// SPDX-License-Identifier: MIT
/*
 * user-pages: user code that reaches for what its root does not map.
 *
 * What: user code, under a root of its own with two pages in it, reads, writes and jumps to its kernel's
 * code, stack, physmap and window, to the hypervisor's addresses, and to its own pages; writes to a table
 * that it may read; makes every hypercall. The user's root then is one without anything, and last the
 * kernel's own.
 *
 * Why: kernel and user run in the same ring. What keeps the user out of the kernel's pages is that the
 * hypervisor loads the right one of two roots, in each of the ways from one mode to the other.
 *
 * How: each attempt ends with the fault that a bare machine would raise, shown to the kernel as one from user
 * mode; with the kernel's root for both, the same reads succeed. The kernel cannot reach the user's pages
 * meanwhile.
 */
#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/memory.h"
#include "tests/guests/runtime/test.h"
#include "tests/guests/runtime/trap.h"

const char test_name[] = "user-pages";

/* Where user code finds its pages: code, data, and a table that it may read. */
#define USER_CODE  0x400000ul
#define USER_DATA  0x401000ul
#define USER_TABLE 0x402000ul

/* Pieces of user code; rdi is an address, or the number of a call. */
extern const char user_read[], user_write[], user_jump[], user_call[], user_end[];
__asm__(".text\n"
        "user_read: mov (%rdi), %rax\n"
        "int3\n"
        "user_write: movq $0, (%rdi)\n"
        "int3\n"
        "user_jump: jmp *%rdi\n"
        "user_call: mov %rdi, %rax\n"
        "syscall\n"
        "int3\n"
        "user_end:\n");

/* Bytes from the start of user_call to its SYSCALL. */
#define CALL_OFFSET 3

static uint64_t code, data, table;
static uint64_t user_rip, user_rdi;

static void excursion(uint64_t argument)
{
    (void)argument;
    user_enter(user_rip, USER_DATA + PAGE_SIZE, user_rdi);
}

/* Runs a piece of user code. */
static struct fault run(const char *piece, uint64_t rdi)
{
    user_rip = USER_CODE + (uint64_t)(piece - user_read);
    user_rdi = rdi;
    return attempt(excursion, 0);
}

static void expect_fault(const char *what, const char *piece, uint64_t address, uint64_t error)
{
    struct fault fault = run(piece, address);
    uint64_t rip = piece == user_jump ? address : user_rip;

    expect(fault.vector == PAGE && fault.error == error && fault.address == address && fault.rip == rip,
           "%s %x: vector %u, error %x, address %x, at %x", what, address, fault.vector, fault.error,
           fault.address, fault.rip);
    expect((fault.cs & 3) == 3, "%s %x: the frame's cs is %x", what, address, fault.cs);
}

static void expect_allowed(const char *what, const char *piece, uint64_t address)
{
    struct fault fault = run(piece, address);

    expect(fault.vector == BREAKPOINT && (fault.cs & 3) == 3, "%s %x: vector %u, error %x, cs %x", what,
           address, fault.vector, fault.error, fault.cs);
}

/* A root with these pages, at USER_CODE and after it, as they are allowed to the user. */
static uint64_t root_make(void)
{
    uint64_t level1 = page_take(), level2 = page_take(), level3 = page_take(), root = page_take();

    page_at(level1)[0] = machine_address(code) | ENTRY_READ;
    page_at(level1)[1] = machine_address(data) | ENTRY_DATA;
    page_at(level1)[2] = machine_address(table) | ENTRY_READ | ENTRY_NX;
    page_at(level2)[USER_CODE >> 21] = machine_address(level1) | ENTRY_LINK;
    page_at(level3)[0] = machine_address(level2) | ENTRY_LINK;
    page_at(root)[0] = machine_address(level3) | ENTRY_LINK;
    table_make(level1, PV_FRAME_LEVEL1);
    table_make(level2, PV_FRAME_LEVEL2);
    table_make(level3, PV_FRAME_LEVEL3);
    table_make(root, PV_FRAME_LEVEL4);
    return root;
}

/* What the kernel has mapped, and the user has not. */
static void kernel_pages(void)
{
    const uint64_t kernels[] = {(uintptr_t)test_main,
                                (uintptr_t)&code,
                                (uintptr_t)__builtin_frame_address(0),
                                PHYSMAP,
                                PHYSMAP + start_info->root,
                                WINDOW,
                                WINDOW + PV_WINDOW_VCPU,
                                PHYSMAP + data};

    for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++) {
        expect_fault("reading", user_read, kernels[i], ERROR_USER);
        expect_fault("writing", user_write, kernels[i], ERROR_USER | ERROR_WRITE);
        expect_fault("jumping to", user_jump, kernels[i], ERROR_USER | ERROR_FETCH);
    }
}

static void own_pages(void)
{
    expect_allowed("reading", user_read, USER_CODE);
    expect_allowed("reading", user_read, USER_DATA);
    page_at(data)[0] = 1;
    expect_allowed("writing", user_write, USER_DATA);
    expect(page_at(data)[0] == 0, "the user's store went to another page");
    expect_fault("writing", user_write, USER_CODE, ERROR_PRESENT | ERROR_USER | ERROR_WRITE);
    expect_fault("jumping to", user_jump, USER_DATA, ERROR_PRESENT | ERROR_USER | ERROR_FETCH);
    expect(attempt(read_word, USER_CODE).vector == PAGE, "the kernel reaches what only the user's root maps");
}

/*
 * A table that the user may read is none that it may write, whatever the kernel may at the same address in
 * mode=trap.
 */
static void table_page(void)
{
    uint64_t before = page_at(table)[0];

    expect_result(map_at(USER_TABLE, machine_address(table) | ENTRY_READ | ENTRY_NX), 0, "mapping",
                  USER_TABLE);
    expect_allowed("reading", user_read, USER_TABLE);
    expect_fault("writing", user_write, USER_TABLE, ERROR_PRESENT | ERROR_USER | ERROR_WRITE);
    expect(before != 0 && page_at(table)[0] == before, "user code has changed a table");
}

static void hypervisor_pages(void)
{
    static const uint64_t addresses[] = {PV_HYPERVISOR_START,  0xffff810000000000, 0xffff818000200000,
                                         0xffff820000000000,   0xffff828000000000, 0xffff840000000000,
                                         PV_HYPERVISOR_END - 8};

    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        const char *const pieces[] = {user_read, user_write, user_jump};
        for (size_t k = 0; k < 3; k++) {
            struct fault fault = run(pieces[k], addresses[i]);
            expect(fault.vector == PAGE && fault.address == addresses[i] && (fault.error & ERROR_USER) != 0,
                   "the hypervisor's %x: vector %u, error %x", addresses[i], fault.vector, fault.error);
        }
    }
    expect_allowed("reading", user_read, PV_MACHINE_TO_PHYSICAL);
    expect_fault("writing", user_write, PV_MACHINE_TO_PHYSICAL, ERROR_PRESENT | ERROR_USER | ERROR_WRITE);
}

/* To user code a hypercall is a system call, for which there is no entry. */
static void calls(void)
{
    for (uint64_t number = 0; number <= PV_CALL_LIMIT; number++) {
        struct fault fault = run(user_call, number);
        expect(fault.vector == UNDEFINED && fault.rip == user_rip + CALL_OFFSET && (fault.cs & 3) == 3,
               "call %u: vector %u, at %x", number, fault.vector, fault.rip);
    }
}

static void load_user(uint64_t root)
{
    expect_result(page_load(root, PV_LOAD_USER_ROOT), 0, "load of the user's root", root);
}

void test_main(void)
{
    uint64_t root, empty = page_take();

    traps_open();
    code = page_take();
    data = page_take();
    table = page_take();
    for (const char *byte = user_read; byte < user_end; byte++)
        ((volatile char *)page_at(code))[byte - user_read] = *byte;
    page_at(table)[0] = machine_address(data) | ENTRY_READ;
    table_make(table, PV_FRAME_LEVEL1);
    table_make(empty, PV_FRAME_LEVEL4);
    root = root_make();
    load_user(root);
    own_pages();
    kernel_pages();
    hypervisor_pages();
    table_page();
    calls();
    load_user(empty);
    expect_fault("running", user_jump, USER_CODE + (uint64_t)(user_jump - user_read),
                 ERROR_USER | ERROR_FETCH);
    load_user(start_info->root);
    expect_result(map_at(USER_CODE, machine_address(code) | ENTRY_READ), 0, "mapping", USER_CODE);
    expect_allowed("reading, by the kernel's root,", user_read, (uintptr_t)test_main);
    load_user(root);
    kernel_pages();
}
