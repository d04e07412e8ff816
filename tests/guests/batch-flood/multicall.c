// SPDX-License-Identifier: MIT
/*
 * Multicalls: of everything, too many, in themselves, where they cannot be read or their results not be
 * written, and with calls in them after which the rest must not be made.
 */
#include "tests/guests/batch-flood/place.h"
#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/test.h"

#include "abi/trap.h"

static const uint64_t wild[] = {WILD};

/* How many calls there are: the first number that is none. */
enum {
#define PV_CALL(number, name, ...) INDEX_##name,
#include "abi/calls.def"
#undef PV_CALL
    CALLS
};

static struct pv_multicall *const calls = (struct pv_multicall *)PLACE;

static int64_t multicall(uint64_t address, uint64_t count)
{
    return call(PV_CALL_multicall, address, count, 0);
}

static void multicall_fill(void)
{
    for (uint64_t i = 0; i < 100; i++)
        calls[i] = (struct pv_multicall){.call = PV_CALL_version, .result = 77};
}

static void refusals(void)
{
    multicall_fill();
    expect_result(multicall(PLACE, PV_MULTICALL_LIMIT + 1), -PV_E_INVALID, "a multicall beyond the limit", 0);
    expect_result(multicall(PLACE, UINT64_MAX), -PV_E_INVALID, "a multicall beyond the limit", 1);
    expect(calls[0].result == 77, "a multicall that was refused has done something");
    expect_result(multicall(PLACE, PV_MULTICALL_LIMIT), PV_MULTICALL_LIMIT, "a multicall", 0);
    for (unsigned int i = 0; i <= PV_MULTICALL_LIMIT; i++)
        expect(calls[i].result == (i < PV_MULTICALL_LIMIT ? PV_VERSION : 77), "result %u is %x", (uint64_t)i,
               (uint64_t)calls[i].result);
    calls[0] = (struct pv_multicall){PV_CALL_multicall, {PLACE, 1}, 77};
    for (unsigned int i = 1; i < 6; i++)
        calls[i] = (struct pv_multicall){(uint64_t[]){64, 63, CALLS, UINT64_MAX, 1ul << 63}[i - 1], {0}, 77};
    expect_result(multicall(PLACE, 7), 7, "a multicall of calls that there are not", 0);
    expect_result(calls[0].result, -PV_E_INVALID, "a multicall in a multicall", 0);
    for (unsigned int i = 1; i < 6; i++)
        expect_result(calls[i].result, -PV_E_NOCALL, "no call in a multicall", calls[i].call);
    expect_result(calls[6].result, PV_VERSION, "a call after those", 6);
    expect_result(multicall(PLACE, 0), 0, "a multicall of none", 0);
}

/* A line of the console takes its time: one for each multicall. */
static void console_lines(void)
{
    static const char line[] = "a line\n";

    for (unsigned int i = 0; i < 3; i++)
        calls[i] = (struct pv_multicall){PV_CALL_console_write, {(uintptr_t)line, sizeof line - 1}, 77};
    expect_result(multicall(PLACE, 3), 1, "a multicall of lines", 0);
    expect(calls[0].result != 77 && calls[1].result == 77, "a multicall writes more than a line");
}

static void wild_arrays(void)
{
    struct pv_multicall *last = (struct pv_multicall *)(PLACE + PAGES * PAGE_SIZE) - 2;

    for (size_t i = 0; i < sizeof wild / sizeof *wild; i++)
        expect_result(multicall(wild[i], 3), -PV_E_FAULT, "a wild multicall", wild[i]);
    last[0] = last[1] = (struct pv_multicall){.call = PV_CALL_version};
    expect_result(multicall((uintptr_t)last, 9), 2, "a multicall that is cut", 0);
    for (unsigned int inside = 1; inside < sizeof *last; inside++)
        expect(multicall(PLACE + PAGES * PAGE_SIZE - inside, 1) < 0, "a multicall that is cut by %u bytes",
               sizeof *last - inside);
    calls[0] = (struct pv_multicall){PV_CALL_va_update, {PLACE + PAGE_SIZE, 0, 0}, 0};
    expect_result(map_at(PLACE, machine_address(pages[0]) | ENTRY_READ | ENTRY_NX), 0, "protecting", 0);
    expect_result(multicall(PLACE, 2), -PV_E_FAULT, "a multicall whose results cannot be written", 0);
    expect(entry_value(entry_of(PLACE + PAGE_SIZE, 1)) != 0,
           "a call was made whose result cannot be written");
    expect_result(map_at(PLACE, machine_address(pages[0]) | ENTRY_DATA), 0, "mapping", 0);
}

/* Its own calls, all of them good, where the hypervisor has them in its map of all memory. */
static void aliases(void)
{
    uint64_t alias = DIRECT_MAP + machine_address(pages[0]);

    multicall_fill();
    for (uint64_t count = 1; count <= 3; count++)
        expect_result(multicall(alias, count), -PV_E_FAULT, "a multicall by the hypervisor's address", count);
    expect(calls[0].result == 77, "a multicall by the hypervisor's address has a result");
}

/* Much work in one call ends the multicall; a root that changes, too; one that stays does not. */
static void stops(void)
{
    uint64_t operations = PLACE + PAGE_SIZE, root = page_take();

    for (unsigned int i = 0; i < ENTRIES; i++)
        page_at(root)[i] = page_at(root_page())[i];
    table_make(root, PV_FRAME_LEVEL4);
    multicall_fill();
    for (unsigned int i = 0; i < PV_MMU_WORK; i++)
        ((struct pv_mmu_update *)operations)[i] = set(i, 0);
    for (unsigned int i = 0; i < 4; i++)
        calls[i] = (struct pv_multicall){PV_CALL_mmu_update, {operations, PV_MMU_WORK, 0}, 77};
    expect_result(multicall(PLACE, 4), 1, "a multicall of full batches", 0);
    expect(calls[0].result == PV_MMU_WORK && calls[1].result == 77, "the results are %x, %x",
           (uint64_t)calls[0].result, (uint64_t)calls[1].result);
    multicall_fill();
    calls[1] = (struct pv_multicall){PV_CALL_root_load, {machine_address(start_info->root)}, 77};
    calls[3] = (struct pv_multicall){PV_CALL_root_load, {machine_address(root)}, 77};
    expect_result(multicall(PLACE, 6), 4, "a multicall that loads roots", 0);
    expect(calls[1].result == 0 && calls[3].result == 0 && calls[4].result == 77,
           "the results are %x, %x, %x", (uint64_t)calls[1].result, (uint64_t)calls[3].result,
           (uint64_t)calls[4].result);
    expect_result(page_load(start_info->root, PV_LOAD_KERNEL_ROOT), 0, "load", 0);
    table_unmake(root);
    multicall_fill();
    calls[2].call = PV_CALL_yield;
    expect_result(multicall(PLACE, 6), 3, "a multicall that gives the processor away", 0);
}

/* Returns by a frame on the stack, in the middle of a multicall; the registers are the frame's. */
extern int64_t multicall_return(uint64_t address, uint64_t count, uint64_t rax);
__asm__(".text\n"
        "multicall_return:\n"
        "mov %rsp, %rcx\n"
        "push $0x20\n" /* ss */
        "push %rcx\n"  /* rsp: to where this function was called */
        "push $2\n"    /* rflags */
        "push $0x28\n" /* cs */
        "push $1f\n"   /* rip */
        "push %rdx\n"  /* rax */
        "push $0\n"    /* rcx */
        "push $0\n"    /* r11 */
        "mov $18, %eax\n"
        "syscall\n"
        "ud2\n"
        "1: ret\n");
_Static_assert(PV_CALL_multicall == 18, "the number is in the code");
_Static_assert(offsetof(struct pv_return_frame, rip) == 24, "the frame is as the code pushes it");

static void returns(void)
{
    multicall_fill();
    calls[1].call = PV_CALL_exception_return;
    expect(multicall_return(PLACE, 4, 4711) == 4711, "a return in a multicall came without the frame's rax");
    expect(calls[0].result == PV_VERSION && calls[2].result == 77, "the results are %x, %x",
           (uint64_t)calls[0].result, (uint64_t)calls[2].result);
}

_Noreturn void multicall_exit(void)
{
    multicall_fill();
    calls[1] = (struct pv_multicall){PV_CALL_exit, {5}, 77};
    calls[2] = (struct pv_multicall){PV_CALL_exit, {6}, 77};
    multicall(PLACE, 4);
    test_error("it goes on after its end");
}

void multicalls_try(void)
{
    refusals();
    console_lines();
    wild_arrays();
    aliases();
    stops();
    returns();
}
