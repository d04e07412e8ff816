// SPDX-License-Identifier: MIT
/*
 * local-apic: in mode=trap, the interrupt controller and the timer that each of several processors has.
 *
 * What: the registers of the local APIC, messages to itself and to a processor that does not run, priorities,
 * and its timer, alone and together with the 8254, while the guest waits and while it sleeps. With the
 * argument `alone`, in a domain with one virtual CPU, that there is no local APIC.
 *
 * Why: the model is tested on the host; that it is wired to interrupts, to sleeping and to the one timer of
 * the hypervisor's, is not.
 *
 * How: every interrupt comes on one vector, the last of those for which the runtime has a handler, which
 * counts. A timer that is lost leaves this guest asleep for ever, so that the test runs out of time.
 */
#include "tests/guests/runtime/test.h"
#include "tests/guests/runtime/trap.h"

const char test_name[] = "local-apic";

#define VECTOR      31
#define VECTOR_BASE 24 /* of the 8259: the 8254's is this one */

/* Model-specific registers (Intel SDM vol. 3, table 11-6). */
#define APIC_BASE 0x1b
#define ID        0x802
#define VERSION   0x803
#define TPR       0x808
#define EOI       0x80b
#define SVR       0x80f
#define IRR       0x820
#define ICR       0x830
#define LVT_TIMER 0x832
#define INITIAL   0x838
#define CURRENT   0x839
#define DIVIDE    0x83e
#define SELF      0x83f

#define BASE_EXPECTED 0xfee00d00 /* enabled, x2APIC, the processor that runs first */
#define SVR_ENABLED   0x1ff
#define PERIODIC      0x20000
#define DIVIDE_1      0xb
#define NO_VECTOR     0x10000 /* a masked entry */
#define ICR_OTHER     0x100000000
#define ICR_ALL       0x80000

#define MILLISECOND 1000000ul /* in ticks of the timer */
#define LONG        UINT32_MAX
#define PIT_TICKS   3580 /* 3 ms */

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

static void do_read(uint64_t msr)
{
    rdmsr((uint32_t)msr);
}

/* With a bit that no register has. */
static void do_write(uint64_t msr)
{
    wrmsr((uint32_t)msr, 1ul << 63);
}

static void expect_protection(const char *what, void (*action)(uint64_t), uint64_t msr)
{
    struct fault fault = attempt(action, msr);

    expect(fault.vector == PROTECTION && fault.error == 0, "%s %x: vector %x", what, msr, fault.vector);
}

static void expect_count(uint64_t count, const char *when)
{
    expect(traps_counted() == count, "%s: %u interrupts, expected %u", when, traps_counted(), count);
}

static void interrupts_enable(void)
{
    __asm__ volatile("sti; nop; cli" ::: "memory");
}

/* Sleeps until there were so many interrupts, and ends each. */
static void sleep_until(uint64_t count)
{
    while (traps_counted() < count) {
        __asm__ volatile("sti; hlt; cli" ::: "memory");
        wrmsr(EOI, 0);
    }
}

static void registers_try(void)
{
    expect(rdmsr(APIC_BASE) == BASE_EXPECTED, "base %x", rdmsr(APIC_BASE));
    wrmsr(APIC_BASE, BASE_EXPECTED);
    expect(rdmsr(ID) == 0, "id %x", rdmsr(ID));
    expect(rdmsr(VERSION) == 0x30014, "version %x", rdmsr(VERSION));
    expect_protection("write", do_write, APIC_BASE);
    expect_protection("write", do_write, ID);
    expect_protection("write", do_write, TPR);
    expect_protection("read", do_read, EOI);
    expect_protection("read", do_read, 0x800);
    expect_protection("read", do_read, 0x840);
    wrmsr(SVR, SVR_ENABLED);
}

static void messages_try(void)
{
    traps_count(VECTOR, UINT64_MAX);
    wrmsr(SELF, VECTOR);
    expect(rdmsr(IRR) == 1ul << VECTOR, "requested %x", rdmsr(IRR));
    expect_count(0, "interrupts off");
    interrupts_enable();
    expect_count(1, "interrupts on");
    wrmsr(SELF, VECTOR);
    interrupts_enable();
    expect_count(1, "in service");
    wrmsr(EOI, 0);
    interrupts_enable();
    expect_count(2, "ended");
    wrmsr(EOI, 0);
    wrmsr(ICR, ICR_OTHER | VECTOR);
    interrupts_enable();
    expect_count(2, "sent to another");
    wrmsr(ICR, ICR_ALL | VECTOR);
    interrupts_enable();
    expect_count(3, "sent to all");
    wrmsr(EOI, 0);
}

static void priorities_try(void)
{
    uint64_t cr8;

    traps_count(VECTOR, UINT64_MAX);
    __asm__ volatile("mov %0, %%cr8" : : "r"(1ul));
    expect(rdmsr(TPR) == 0x10, "priority %x", rdmsr(TPR));
    wrmsr(SELF, VECTOR);
    interrupts_enable();
    expect_count(0, "priority of its class");
    wrmsr(TPR, 0x0f);
    __asm__ volatile("mov %%cr8, %0" : "=r"(cr8));
    expect(cr8 == 0, "cr8 %x", cr8);
    interrupts_enable();
    expect_count(1, "priority of a lower class");
    wrmsr(TPR, 0);
    wrmsr(EOI, 0);
}

static void timer_try(void)
{
    traps_count(VECTOR, UINT64_MAX);
    wrmsr(DIVIDE, DIVIDE_1);
    wrmsr(LVT_TIMER, VECTOR);
    wrmsr(INITIAL, LONG);
    expect(rdmsr(CURRENT) - 1 < LONG - 1, "current %x", rdmsr(CURRENT));
    wrmsr(INITIAL, 2 * MILLISECOND);
    sleep_until(1);
    expect(rdmsr(CURRENT) == 0, "current %x", rdmsr(CURRENT));
    wrmsr(INITIAL, MILLISECOND);
    while ((rdmsr(IRR) & 1ul << VECTOR) == 0) {
    }
    expect_count(1, "polled with interrupts off");
    sleep_until(2);
    wrmsr(LVT_TIMER, PERIODIC | VECTOR);
    wrmsr(INITIAL, MILLISECOND);
    sleep_until(12);
    wrmsr(LVT_TIMER, NO_VECTOR);
    interrupts_enable();
    wrmsr(EOI, 0);
}

/* IRQ 0 alone, with automatic ends, on the vector before; and the 8254 once (Intel 8259A, 8254 data sheets).
 */
static void pit_start(void)
{
    out(0x20, 0x11);
    out(0x21, VECTOR_BASE);
    out(0x21, 0x04);
    out(0x21, 0x03);
    out(0x21, 0xfe);
    out(0x43, 0x30);
    out(0x40, PIT_TICKS & 0xff);
    out(0x40, PIT_TICKS >> 8);
}

/* One of the two timers before the other, and after it. */
static void both_timers_try(void)
{
    traps_count(VECTOR_BASE, UINT64_MAX);
    wrmsr(LVT_TIMER, VECTOR_BASE);
    pit_start();
    wrmsr(INITIAL, MILLISECOND);
    sleep_until(2);
    pit_start();
    wrmsr(INITIAL, 5 * MILLISECOND);
    sleep_until(4);
    expect(rdmsr(CURRENT) == 0, "current %x", rdmsr(CURRENT));
}

void test_main(void)
{
    if (start_info->mode != PV_MODE_TRAP)
        test_error("only mode=trap has a local APIC");
    traps_open();
    if (argument_is("alone")) {
        expect_protection("read", do_read, APIC_BASE);
        expect_protection("read", do_read, ID);
        expect_protection("write", do_write, EOI);
        test_end();
    }
    registers_try();
    messages_try();
    priorities_try();
    timer_try();
    both_timers_try();
    test_end();
}
