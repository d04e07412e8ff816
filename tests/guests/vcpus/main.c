// SPDX-License-Identifier: MIT
/*
 * vcpus: a guest that uses several virtual CPUs, and asks wrongly for them.
 *
 * What: every other virtual CPU is started from a full state, refused while it is up, stopped, started again;
 * one stops itself. A change of a page is seen by all of them once the call that flushes has returned. The
 * times of each add up to what the clock says.
 *
 * Why: a start that leaves something out, or a flush that does not reach a processor, shows only when
 * another processor really runs the same domain.
 *
 * How: each of the others reads one page over and over, and says which round of the first one's it saw
 * before it read.
 */
#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/clock.h"
#include "tests/guests/runtime/memory.h"
#include "tests/guests/runtime/test.h"

#include "abi/trap.h"
#include "abi/vcpu.h"

const char test_name[] = "vcpus";

#define LIMIT        8
#define ROUNDS       200
#define SHARED       0x400000000000ul /* where the page is that changes */
#define NONCANONICAL 0x8000000000000000ul

static char stacks[LIMIT][4096] __attribute__((aligned(16)));
static volatile uint64_t arguments[LIMIT], turns[LIMIT], round, seen_round[LIMIT], seen_value[LIMIT];
static volatile bool leave[LIMIT], crashing;

/* What each of the others does, until it is stopped. */
static void other(uint64_t argument)
{
    uint64_t number = argument % LIMIT;

    arguments[number] = argument;
    while (!leave[number]) {
        uint64_t now = round;
        seen_value[number] = *(volatile uint64_t *)SHARED;
        seen_round[number] = now;
        turns[number]++;
    }
    if (crashing)
        __asm__ volatile("ud2");
    call(PV_CALL_vcpu_stop, number, 0, 0);
    arguments[number] = 0; /* one that was stopped does not come here */
}

static struct pv_vcpu_state state_of(uint64_t number, uint64_t argument)
{
    return (struct pv_vcpu_state){
        .rip = (uint64_t)other,
        .rsp = (uint64_t)(stacks[number] + sizeof(stacks[number]) - 8),
        .argument = argument,
        .kernel_root = machine_address(root_page()),
    };
}

static int64_t start(uint64_t number, const struct pv_vcpu_state *state)
{
    return call(PV_CALL_vcpu_start, number, (uint64_t)state, 0);
}

static struct pv_vcpu_status status_of(uint64_t number)
{
    struct pv_vcpu_status status = {.activity = 77};

    expect_result(call(PV_CALL_vcpu_status, number, (uint64_t)&status, 0), 0, "vcpu_status of", number);
    return status;
}

static void await_down(uint64_t number)
{
    while (status_of(number).activity != PV_VCPU_DOWN)
        call(PV_CALL_yield, 0, 0, 0);
}

/* A state that is wrong in one field, and the error for it. */
struct wrong {
    const char *what;
    uint64_t offset; /* of the field */
    uint64_t value;
    int64_t error;
};

#define WRONG(field, value, error)                                                                           \
    {                                                                                                        \
#field, offsetof(struct pv_vcpu_state, field), value, -(error)                                       \
    }

static const struct wrong wrongs[] = {
    WRONG(rip, NONCANONICAL, PV_E_INVALID),
    WRONG(rip, PV_HYPERVISOR_START, PV_E_INVALID),
    WRONG(kernel_stack, PV_HYPERVISOR_START, PV_E_INVALID),
    WRONG(event_entry, PV_HYPERVISOR_START + 8, PV_E_INVALID),
    WRONG(syscall_entry, NONCANONICAL, PV_E_INVALID),
    WRONG(fs_base, NONCANONICAL, PV_E_INVALID),
    WRONG(gs_base, PV_HYPERVISOR_START, PV_E_INVALID),
    WRONG(kernel_root, 8, PV_E_INVALID),
    WRONG(kernel_root, ENTRY_ADDRESS, PV_E_OWNER),
    WRONG(user_root, ENTRY_ADDRESS, PV_E_OWNER),
    WRONG(trap_count, PV_TRAP_LIMIT + 1, PV_E_INVALID),
    WRONG(trap_count, ~0ul, PV_E_INVALID),
};

/* Each field that can be wrong, one at a time. */
static void try_fields(void)
{
    static struct pv_trap trap = {.handler = 1, .vector = 32};
    struct pv_vcpu_state state;

    for (unsigned int i = 0; i < sizeof(wrongs) / sizeof(wrongs[0]); i++) {
        state = state_of(1, 1);
        *(uint64_t *)((char *)&state + wrongs[i].offset) = wrongs[i].value;
        expect_result(start(1, &state), wrongs[i].error, wrongs[i].what, wrongs[i].value);
    }
    state = state_of(1, 1);
    state.trap_count = 1;
    state.traps = 8;
    expect_result(start(1, &state), -PV_E_FAULT, "traps that are nowhere", 0);
    state.traps = (uint64_t)&trap;
    expect_result(start(1, &state), -PV_E_INVALID, "a trap beyond the last", 0);
    state = state_of(1, 1);
    state.user_root = machine_address(page_take());
    expect_result(start(1, &state), -PV_E_TYPE, "a root that is data", 0);
}

static void try_wrong(void)
{
    const struct pv_vcpu_state good = state_of(1, 1);
    struct pv_vcpu_status status;

    try_fields();
    expect_result(start(0, &good), -PV_E_BUSY, "a start of the one that runs", 0);
    expect_result(start(start_info->vcpus, &good), -PV_E_INVALID, "a start beyond the last", 0);
    expect_result(start(~0ul, &good), -PV_E_INVALID, "a start of the last number", 0);
    expect_result(start(1, (const struct pv_vcpu_state *)8), -PV_E_FAULT, "a start from nowhere", 0);
    expect_result(call(PV_CALL_vcpu_stop, start_info->vcpus, 0, 0), -PV_E_INVALID, "a stop beyond", 0);
    expect_result(call(PV_CALL_vcpu_stop, 1, 0, 0), 0, "a stop of one that is down", 0);
    expect_result(call(PV_CALL_vcpu_status, start_info->vcpus, (uint64_t)&status, 0), -PV_E_INVALID,
                  "a status beyond", 0);
    expect_result(call(PV_CALL_vcpu_status, 1, 8, 0), -PV_E_FAULT, "a status to nowhere", 0);
}

static void start_all(uint64_t more)
{
    for (uint64_t number = 1; number < start_info->vcpus; number++) {
        struct pv_vcpu_state state = state_of(number, number + more);
        uint64_t before = turns[number];

        leave[number] = false;
        expect(status_of(number).activity == PV_VCPU_DOWN, "%u is not down at first", number);
        expect_result(start(number, &state), 0, "the start of", number);
        while (turns[number] < before + 2)
            call(PV_CALL_yield, 0, 0, 0);
        expect(arguments[number] == number + more, "%u got the argument %x", number, arguments[number]);
        expect_result(start(number, &state), -PV_E_BUSY, "a second start of", number);
    }
}

/* Sets the page that the others read, makes all of them forget the last one, and sees what each reads then.
 */
static void change_pages(void)
{
    uint64_t pages[2] = {page_take(), page_take()};

    *page_at(pages[0]) = 0;
    *page_at(pages[1]) = 1;
    for (uint64_t i = 0; i < ROUNDS; i++) {
        const struct pv_mmu_update operations[2] = {
            {entry_of(SHARED, 1) | PV_MMU_SET, machine_address(pages[i % 2]) | ENTRY_READ | ENTRY_NX},
            {i % 3 == 0 ? PV_MMU_FLUSH : SHARED | PV_MMU_FLUSH_PAGE, ~0ul},
        };
        expect_result(call(PV_CALL_mmu_update, (uint64_t)operations, 2, 0), 2, "a change and a flush", i);
        round = i + 1;
        for (uint64_t number = 1; number < start_info->vcpus; number++) {
            while (seen_round[number] != i + 1)
                call(PV_CALL_yield, 0, 0, 0);
            expect(seen_value[number] == i % 2, "%u read the page of before in round %u", number, i);
        }
    }
}

/* Whatever happens between the two, the times grow by what the clock does. */
static void add_up(uint64_t number)
{
    uint64_t before = clock_read(0);
    struct pv_vcpu_status first = status_of(number);
    uint64_t middle = clock_read(0);
    struct pv_vcpu_status last;
    uint64_t grown;

    for (unsigned int i = 0; i < 100; i++)
        call(PV_CALL_yield, 0, 0, 0);
    uint64_t later = clock_read(0);
    last = status_of(number);
    uint64_t after = clock_read(0);
    grown = (last.down + last.running + last.waiting + last.stolen + last.blocked) -
            (first.down + first.running + first.waiting + first.stolen + first.blocked);
    expect(grown >= later - middle && grown <= after - before, "%u's times grew by %u ns, of %u to %u",
           number, grown, later - middle, after - before);
}

static void stop_all(bool by_themselves)
{
    for (uint64_t number = 1; number < start_info->vcpus; number++) {
        uint64_t before;

        if (by_themselves)
            leave[number] = true;
        else
            expect_result(call(PV_CALL_vcpu_stop, number, 0, 0), 0, "the stop of", number);
        await_down(number);
        before = turns[number];
        call(PV_CALL_yield, 0, 0, 0);
        expect(turns[number] == before, "%u goes on after it was stopped", number);
        expect(arguments[number] != 0, "%u came back from its stop", number);
    }
}

/* One that is down has no root loaded: it may become data. */
static void give_root_back(void)
{
    uint64_t root = page_take();
    struct pv_vcpu_state state = state_of(1, 1);

    for (unsigned int slot = 0; slot < ENTRIES; slot++)
        page_at(root)[slot] = slot >= 256 && slot < 272 ? 0 : page_at(start_info->root)[slot];
    table_make(root, PV_FRAME_LEVEL4);
    leave[1] = false;
    state.kernel_root = machine_address(root);
    state.user_root = machine_address(root);
    expect_result(start(1, &state), 0, "a start with a root of its own", 1);
    expect_result(page_retype(root, PV_FRAME_DATA), -PV_E_BUSY, "a root that is loaded as data", 0);
    expect_result(call(PV_CALL_vcpu_stop, 1, 0, 0), 0, "the stop of", 1);
    await_down(1);
    table_unmake(root);
}

/* A guest that is ended in the middle of it, by one of the others or from outside. */
static void end_busy(void)
{
    crashing = argument_is("crash");
    leave[start_info->vcpus - 1] = crashing;
    print("all run\n");
    for (;;)
        __asm__ volatile("pause");
}

void test_main(void)
{
    if (start_info->vcpus < 2 || start_info->vcpus > LIMIT)
        test_error("it is made for 2 to 8 virtual CPUs");
    expect_result(map_at(SHARED, machine_address(page_take()) | ENTRY_READ | ENTRY_NX), 0, "the page", 0);
    if (argument_is("last")) {
        call(PV_CALL_vcpu_stop, 0, 0, 0);
        test_error("it was stopped, and goes on");
    }
    try_wrong();
    start_all(0);
    if (argument_is("busy") || argument_is("crash"))
        end_busy();
    change_pages();
    add_up(0);
    add_up(1);
    stop_all(false);
    add_up(1);
    start_all(LIMIT);
    stop_all(true);
    give_root_back();
    start_all(0);
    test_end();
}
