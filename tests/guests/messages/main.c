// SPDX-License-Identifier: MIT
/*
 * messages: in mode=trap, processors that interrupt one another through their local APICs.
 *
 * What: the first virtual CPU sends an interrupt to each of the others, which answers with one, many times,
 * then to all of them at once. Every processor takes ticks of its own timer. The 8254 is programmed by
 * another than the one that it interrupts.
 *
 * Why: a message that comes while its target falls asleep, or runs elsewhere, must not be lost.
 *
 * How: whoever waits, sleeps. What is lost leaves all of them asleep for ever, so that the test runs out of
 * time.
 */
#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/memory.h"
#include "tests/guests/runtime/test.h"

#include "abi/trap.h"
#include "abi/vcpu.h"

const char test_name[] = "messages";

#define PROCESSORS 4
#define ROUNDS     200ul
#define TICKS      20

/* Vectors; PONG and what follows are one for each processor. */
#define PIT   0x20
#define PING  0x40
#define PONG  0x50
#define TIMER 0x60
#define LAST  0x60

/* Model-specific registers (Intel SDM vol. 3, table 11-6). */
#define ID        0x802
#define EOI       0x80b
#define SVR       0x80f
#define ICR       0x830
#define LVT_TIMER 0x832
#define INITIAL   0x838
#define DIVIDE    0x83e

#define SVR_ENABLED 0x1ff
#define PERIODIC    0x20000
#define DIVIDE_1    0xb
#define ICR_OTHERS  0xc0000
#define MILLISECOND 1000000 /* in ticks of the timer */
#define PIT_TICKS   3580    /* 3 ms */

/* An interrupt gate's first word, without the handler. */
#define GATE_INTERRUPT 0x00008e0000000000

struct gate {
    uint64_t low, high;
};

struct table_register {
    uint16_t limit;
    uint64_t base;
} __attribute__((packed));

static struct gate gates[LAST + 1];
static char stacks[PROCESSORS][4096] __attribute__((aligned(16)));
static volatile uint64_t counts[PROCESSORS][LAST + 1];
static volatile bool ticking, pit_wanted;
static volatile bool ticked[PROCESSORS];

void interrupt_take(uint64_t vector);

/* An entry for every vector, of 16 bytes each: calls interrupt_take with the vector. */
extern const char entries[LAST + 1][16];
__asm__(".text\n"
        ".balign 16\n"
        "entries:\n"
        ".set vector, 0\n"
        ".rept 0x61\n"
        ".balign 16\n"
        "push %rdi\n"
        "mov $vector, %edi\n"
        "jmp entry_common\n"
        ".set vector, vector + 1\n"
        ".endr\n"
        "entry_common:\n"
        "push %rax\n"
        "push %rcx\n"
        "push %rdx\n"
        "push %rsi\n"
        "push %r8\n"
        "push %r9\n"
        "push %r10\n"
        "push %r11\n"
        "cld\n"
        "call interrupt_take\n"
        "pop %r11\n"
        "pop %r10\n"
        "pop %r9\n"
        "pop %r8\n"
        "pop %rsi\n"
        "pop %rdx\n"
        "pop %rcx\n"
        "pop %rax\n"
        "pop %rdi\n"
        "iretq\n");

static uint64_t rdmsr(uint32_t msr)
{
    uint32_t low, high;

    __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
    return (uint64_t)high << 32 | low;
}

static void wrmsr(uint32_t msr, uint64_t value)
{
    __asm__ volatile("wrmsr" : : "c"(msr), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)) : "memory");
}

static void out(uint16_t port, uint8_t value)
{
    __asm__ volatile("out %0, %1" : : "a"(value), "Nd"(port));
}

static void sleep(void)
{
    __asm__ volatile("sti; hlt; cli" ::: "memory");
}

static void send(uint64_t to, uint64_t vector)
{
    wrmsr(ICR, to << 32 | vector);
}

void interrupt_take(uint64_t vector)
{
    uint64_t number = rdmsr(ID);

    counts[number][vector]++;
    if (vector != PIT)
        wrmsr(EOI, 0);
    if (vector == PING)
        send(0, PONG + number);
}

static void processor_open(void)
{
    struct table_register idt = {sizeof gates - 1, (uintptr_t)gates};

    __asm__ volatile("lidt %0" : : "m"(idt));
    wrmsr(SVR, SVR_ENABLED);
}

static void gates_open(void)
{
    for (unsigned int vector = PIT; vector <= LAST; vector++) {
        uint64_t handler = (uintptr_t)entries[vector];

        gates[vector].low = (handler & 0xffff) | GATE_INTERRUPT | (handler & 0xffff0000) << 32;
        gates[vector].high = handler >> 32;
    }
}

/* The 8254 once, on IRQ 0 with automatic ends (Intel 8259A and 8254 data sheets). */
static void pit_start(void)
{
    out(0x20, 0x11);
    out(0x21, PIT);
    out(0x21, 0x04);
    out(0x21, 0x03);
    out(0x21, 0xfe);
    out(0x43, 0x30);
    out(0x40, PIT_TICKS & 0xff);
    out(0x40, PIT_TICKS >> 8);
}

static void tick(uint64_t number)
{
    wrmsr(DIVIDE, DIVIDE_1);
    wrmsr(LVT_TIMER, PERIODIC | TIMER);
    wrmsr(INITIAL, MILLISECOND);
    while (counts[number][TIMER] < TICKS)
        sleep();
    wrmsr(INITIAL, 0);
    ticked[number] = true;
}

/* What each of the others does. A job is given before the message that wakes it. */
static void other(uint64_t number)
{
    processor_open();
    send(0, PONG + number);
    for (;;) {
        if (ticking && !ticked[number]) {
            tick(number);
            send(0, PONG + number);
        }
        if (pit_wanted && number == 1) {
            pit_wanted = false;
            pit_start();
        }
        sleep();
    }
}

/* Sleeps until a processor has answered so many times. */
static void await(uint64_t number, uint64_t answers)
{
    while (counts[0][PONG + number] < answers)
        sleep();
    expect(counts[0][PONG + number] == answers, "processor %u: %u answers, expected %u", number,
           counts[0][PONG + number], answers);
}

static void others_start(void)
{
    for (uint64_t number = 1; number < PROCESSORS; number++) {
        struct pv_vcpu_state state = {
            .rip = (uintptr_t)other,
            .rsp = (uintptr_t)(stacks[number] + sizeof(stacks[number]) - 8),
            .argument = number,
            .kernel_root = machine_address(root_page()),
        };

        expect_result(call(PV_CALL_vcpu_start, number, (uintptr_t)&state, 0), 0, "vcpu_start of", number);
        await(number, 1);
    }
}

static void messages_try(void)
{
    for (uint64_t i = 1; i <= ROUNDS; i++) {
        for (uint64_t number = 1; number < PROCESSORS; number++) {
            send(number, PING);
            await(number, 2 * i);
        }
        wrmsr(ICR, ICR_OTHERS | PING);
        for (uint64_t number = 1; number < PROCESSORS; number++)
            await(number, 2 * i + 1);
    }
    for (uint64_t number = 1; number < PROCESSORS; number++)
        expect(counts[number][PING] == 2 * ROUNDS, "processor %u: %u messages", number, counts[number][PING]);
    expect(counts[0][PING] == 0, "%u messages to itself", counts[0][PING]);
}

/* Each answers to the message, and again when it is done; the two may be one. */
static void timers_try(void)
{
    ticking = true;
    wrmsr(ICR, ICR_OTHERS | PING);
    tick(0);
    for (uint64_t number = 1; number < PROCESSORS; number++) {
        while (!ticked[number])
            sleep();
        expect(counts[number][TIMER] >= TICKS, "processor %u: %u ticks", number, counts[number][TIMER]);
    }
}

static void pit_try(void)
{
    pit_wanted = true;
    send(1, PING);
    while (counts[0][PIT] == 0)
        sleep();
    expect(counts[0][PIT] == 1 && counts[1][PIT] == 0, "%u and %u interrupts of the 8254", counts[0][PIT],
           counts[1][PIT]);
}

void test_main(void)
{
    if (start_info->mode != PV_MODE_TRAP || start_info->vcpus != PROCESSORS)
        test_error("it wants mode=trap, and four virtual CPUs");
    gates_open();
    processor_open();
    others_start();
    messages_try();
    timers_try();
    pit_try();
    test_end();
}
