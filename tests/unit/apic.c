// SPDX-License-Identifier: MIT
// The local APIC, as kernels use it.
#include "emulate/apic.h"

#include <criterion/criterion.h>
#include <stdlib.h>

enum {
    ENABLED = 0x1ff, // SVR
    MASKED = 0x10000,
    PERIODIC = 0x20000,
    DIVIDE_1 = 0xb,
    TIMER = 0x40, // a vector
    SELF_SHORTHAND = 0x40000,
    ALL_SHORTHAND = 0x80000,
    OTHERS_SHORTHAND = 0xc0000,
    LOGICAL = 0x800,
    SEND_ILLEGAL = 0x20,
};

#define MILLISECOND 1000000ull

static struct apic apic;
static struct apic_message message;

static void write_at(unsigned number, uint64_t value, uint64_t now)
{
    cr_assert(apic_write(&apic, number, value, now, &message), "register %x refuses %lx", number, value);
}

static void write(unsigned number, uint64_t value)
{
    write_at(number, value, 0);
}

static void refuse(unsigned number, uint64_t value)
{
    struct apic before = apic;
    cr_assert_not(apic_write(&apic, number, value, 0, &message), "register %x takes %lx", number, value);
    cr_assert_arr_eq(&before, &apic, sizeof apic);
    cr_assert_eq(message.targets, 0);
}

static uint64_t read_at(unsigned number, uint64_t now)
{
    uint64_t value;
    cr_assert(apic_read(&apic, number, now, &value), "register %x cannot be read", number);
    return value;
}

static uint64_t read(unsigned number)
{
    return read_at(number, 0);
}

static void expect_register(unsigned number, uint64_t value)
{
    cr_assert_eq(read(number), value, "register %x: saw %lx, expected %lx", number, read(number), value);
}

static void request(unsigned vector)
{
    apic_request(&apic, vector / 64, 1ull << vector % 64);
}

static void expect_vector_at(int vector, uint64_t now)
{
    cr_assert_eq(apic_pending(&apic), vector >= 0);
    int seen = apic_acknowledge(&apic, now);
    cr_assert_eq(seen, vector, "saw %d, expected %d", seen, vector);
}

static void expect_vector(int vector)
{
    expect_vector_at(vector, 0);
}

static void end(void)
{
    write(APIC_EOI, 0);
}

static void expect_message(uint64_t icr, uint64_t targets)
{
    write(APIC_ICR, icr);
    cr_assert_eq(message.targets, targets, "%lx: saw %lx, expected %lx", icr, message.targets, targets);
    if (targets != 0)
        cr_assert_eq(message.vector, icr & 0xff);
}

static void expect_deadline(uint64_t time)
{
    cr_assert_eq(apic_deadline(&apic), time, "saw %lu, expected %lu", apic_deadline(&apic), time);
}

static void timer(uint64_t entry, uint64_t divide, uint64_t count, uint64_t now)
{
    write_at(APIC_LVT_TIMER, entry, now);
    write_at(APIC_DIVIDE, divide, now);
    write_at(APIC_INITIAL, count, now);
}

// The deadline is exact, and what it raises is one interrupt.
static void expect_interrupt(uint64_t time)
{
    expect_deadline(time);
    apic_expire(&apic, time - 1);
    expect_vector_at(-1, time - 1);
    apic_expire(&apic, time);
    expect_vector_at(TIMER, time);
    end();
    expect_vector_at(-1, time);
}

static void setup(void)
{
    apic_reset(&apic, 5);
    write(APIC_SVR, ENABLED);
}

TestSuite(apic, .init = setup);

// SDM volume 3, 11.12.5.1 and 11.4.7.1.
Test(apic, state_after_reset)
{
    apic_reset(&apic, 37);
    expect_register(APIC_ID, 37);
    expect_register(APIC_VERSION, 0x30014);
    expect_register(APIC_LDR, 0x20020);
    expect_register(APIC_SVR, 0xff);
    expect_register(APIC_TPR, 0);
    expect_register(APIC_PPR, 0);
    expect_register(APIC_ESR, 0);
    expect_register(APIC_INITIAL, 0);
    expect_register(APIC_CURRENT, 0);
    expect_register(APIC_DIVIDE, 0);
    expect_register(APIC_LVT_TIMER, MASKED);
    expect_register(APIC_LVT_LINT0, MASKED);
    expect_register(APIC_LVT_LINT1, MASKED);
    expect_register(APIC_LVT_ERROR, MASKED);
    for (unsigned i = 0; i < 8; i++) {
        expect_register(APIC_ISR + i, 0);
        expect_register(APIC_TMR + i, 0);
        expect_register(APIC_IRR + i, 0);
    }
    expect_deadline(APIC_NEVER);
    expect_vector(-1);
}

// SDM volume 3, table 11-6: what is not there, or only read, or only written.
Test(apic, only_registers_that_exist)
{
    static const char access[APIC_REGISTERS + 1] = "..rr....b.rw.r.b"
                                                   "rrrrrrrrrrrrrrrr"
                                                   "rrrrrrrrb......."
                                                   "b.b..bbbbr....bw";
    uint64_t value = 0xdead;
    for (unsigned number = 0; number < APIC_REGISTERS; number++) {
        char kind = access[number];
        cr_assert_eq(apic_read(&apic, number, 0, &value), kind == 'r' || kind == 'b', "reading %x", number);
        cr_assert_eq(apic_write(&apic, number, 0, 0, &message), kind == 'w' || kind == 'b', "writing %x",
                     number);
    }
    value = 0xdead;
    cr_assert_not(apic_read(&apic, APIC_REGISTERS, 0, &value));
    cr_assert_not(apic_read(&apic, 0u - APIC_MSR + 0x1b, 0, &value));
    cr_assert_not(apic_read(&apic, APIC_EOI, 0, &value));
    cr_assert_eq(value, 0xdead);
    refuse(APIC_REGISTERS, 0);
    refuse(UINT32_MAX, 0);
}

Test(apic, reserved_bits_are_refused)
{
    static const struct {
        unsigned number;
        uint64_t bits;
    } writable[] = {
        {APIC_TPR, 0xff},           {APIC_EOI, 0},
        {APIC_SVR, 0x1ff},          {APIC_ESR, 0},
        {APIC_LVT_TIMER, 0x310ff},  {APIC_LVT_LINT0, 0x1f7ff},
        {APIC_DIVIDE, 0xb},         {APIC_LVT_LINT1, 0x1f7ff},
        {APIC_SELF, 0xff},          {APIC_LVT_ERROR, 0x110ff},
        {APIC_INITIAL, UINT32_MAX}, {APIC_ICR, 0xffffffff000ccfff},
    };
    for (unsigned i = 0; i < sizeof writable / sizeof *writable; i++) {
        for (unsigned bit = 0; bit < 64; bit++) {
            if (writable[i].bits >> bit & 1)
                write(writable[i].number, 1ull << bit);
            else
                refuse(writable[i].number, 1ull << bit);
        }
        setup();
    }
}

Test(apic, every_legal_vector_can_be_raised)
{
    for (unsigned vector = 16; vector < 256; vector++) {
        request(vector);
        expect_register(APIC_IRR + vector / 32, 1ull << vector % 32);
        expect_vector((int)vector);
        expect_register(APIC_IRR + vector / 32, 0);
        expect_register(APIC_ISR + vector / 32, 1ull << vector % 32);
        end();
        expect_register(APIC_ISR + vector / 32, 0);
    }
}

Test(apic, the_higher_class_comes_first)
{
    request(0x31);
    request(0x52);
    request(0x51);
    expect_vector(0x52);
    expect_vector(-1); // the same class waits
    request(0x60);
    expect_vector(0x60);
    end();
    expect_vector(-1);
    end();
    expect_vector(0x51);
    end();
    expect_vector(0x31);
    end();
    expect_vector(-1);
    end(); // of nothing
}

// SDM volume 3, 11.8.3.1.
Test(apic, priority_of_the_processor)
{
    write(APIC_TPR, 0x45);
    expect_register(APIC_PPR, 0x45);
    request(0x4f);
    expect_vector(-1);
    request(0x50);
    expect_vector(0x50);
    expect_register(APIC_PPR, 0x50);
    write(APIC_TPR, 0x57);
    expect_register(APIC_PPR, 0x57);
    write(APIC_TPR, 0x62);
    expect_register(APIC_PPR, 0x62);
    write(APIC_TPR, 0);
    expect_register(APIC_PPR, 0x50);
    end();
    expect_vector(0x4f);
    expect_register(APIC_PPR, 0x40);
}

// SDM volume 3, 11.4.7.2: what waits is kept, what comes is lost, the entries are masked and stay so.
Test(apic, disabled_by_software)
{
    timer(PERIODIC | TIMER, DIVIDE_1, 1000000, 0);
    write(APIC_LVT_LINT0, 0x30);
    request(0x50);
    write(APIC_SVR, 0xff);
    request(0x60);
    expect_deadline(APIC_NEVER);
    expect_register(APIC_LVT_TIMER, MASKED | PERIODIC | TIMER);
    expect_register(APIC_LVT_LINT0, MASKED | 0x30);
    write(APIC_LVT_LINT0, 0x30);
    write(APIC_LVT_TIMER, PERIODIC | TIMER);
    expect_register(APIC_LVT_LINT0, MASKED | 0x30);
    expect_register(APIC_LVT_TIMER, MASKED | PERIODIC | TIMER);
    expect_message(0x4000000080, 0); // from 0x40 there is nobody
    expect_message(0x300000080, 1 << 3);
    expect_vector(0x50);
    end();
    expect_vector(-1);
}

Test(apic, status_bits_are_not_stored)
{
    write(APIC_LVT_TIMER, 0x1000 | TIMER);
    expect_register(APIC_LVT_TIMER, TIMER);
    write(APIC_LVT_LINT0, 0x1d000 | 0x700);
    expect_register(APIC_LVT_LINT0, 0x18000 | 0x700);
}

Test(apic, destinations)
{
    expect_message(0x0000000000000080, 1ull << 0);
    expect_message(0x0000003f00000080, 1ull << 63);
    expect_message(0x0000004000000080, 0);
    expect_message(0xfffffffe00000080, 0);
    expect_message(0xffffffff00000080, UINT64_MAX);
    expect_message(0x0000000900000080 | SELF_SHORTHAND, 1ull << 5);
    expect_message(0x0000000900000080 | ALL_SHORTHAND, UINT64_MAX);
    expect_message(0x0000000900000080 | OTHERS_SHORTHAND, ~(1ull << 5));
    expect_register(APIC_ICR, 0x0000000900000080 | OTHERS_SHORTHAND);
    expect_message(0x0000800100000080 | LOGICAL, 0x8001);
    expect_message(0x0003800000000080 | LOGICAL, 1ull << 63);
    expect_message(0x0004ffff00000080 | LOGICAL, 0);
    expect_message(0xffffffff00000080 | LOGICAL, UINT64_MAX);
}

// Lowest priority, SMI, NMI, INIT, start-up and the two that are reserved.
Test(apic, other_messages_are_ignored)
{
    for (uint64_t mode = 1; mode < 8; mode++)
        expect_message(0x100000080 | mode << 8, 0);
    expect_register(APIC_ICR, 0x100000780);
}

Test(apic, self)
{
    write(APIC_SELF, 0x99);
    cr_assert_eq(message.targets, 1ull << 5);
    cr_assert_eq(message.vector, 0x99);
    write(APIC_TPR, 0); // no message is left over
    cr_assert_eq(message.targets, 0);
}

// SDM volume 3, 11.5.3: a write shows what there was until then.
Test(apic, illegal_vectors_are_errors)
{
    write(APIC_SELF, 0x0f);
    cr_assert_eq(message.targets, 0);
    expect_register(APIC_ESR, 0);
    write(APIC_ESR, 0);
    expect_register(APIC_ESR, SEND_ILLEGAL);
    write(APIC_ESR, 0);
    expect_register(APIC_ESR, 0);
    write(APIC_ICR, 0x10000000f);
    cr_assert_eq(message.targets, 0);
    write(APIC_ESR, 0);
    expect_register(APIC_ESR, SEND_ILLEGAL);
}

Test(apic, one_shot)
{
    timer(TIMER, DIVIDE_1, 1000, 500);
    cr_assert_eq(read_at(APIC_CURRENT, 500), 1000);
    cr_assert_eq(read_at(APIC_CURRENT, 501), 999);
    cr_assert_eq(read_at(APIC_CURRENT, 1499), 1);
    cr_assert_eq(read_at(APIC_CURRENT, 1500), 0);
    cr_assert_eq(read_at(APIC_CURRENT, 99999), 0);
    expect_interrupt(1500);
    expect_deadline(APIC_NEVER);
    expect_register(APIC_INITIAL, 1000);
}

Test(apic, periodic)
{
    timer(PERIODIC | TIMER, DIVIDE_1, MILLISECOND, 7);
    expect_interrupt(7 + MILLISECOND);
    cr_assert_eq(read_at(APIC_CURRENT, 7 + MILLISECOND), MILLISECOND);
    cr_assert_eq(read_at(APIC_CURRENT, 8 + MILLISECOND), MILLISECOND - 1);
    expect_interrupt(7 + 2 * MILLISECOND);
    apic_expire(&apic, 9 * MILLISECOND); // several come as one
    expect_vector_at(TIMER, 9 * MILLISECOND);
    end();
    expect_interrupt(7 + 9 * MILLISECOND);
    write_at(APIC_INITIAL, 0, 10 * MILLISECOND);
    expect_deadline(APIC_NEVER);
    cr_assert_eq(read_at(APIC_CURRENT, 10 * MILLISECOND), 0);
}

// An interrupt that waits takes in what comes meanwhile; until then nothing has to be done for the timer.
Test(apic, nothing_is_due_while_it_waits)
{
    timer(PERIODIC | TIMER, DIVIDE_1, MILLISECOND, 0);
    apic_expire(&apic, MILLISECOND);
    expect_deadline(APIC_NEVER);
    expect_vector_at(TIMER, 3 * MILLISECOND + 1);
    end();
    expect_vector_at(-1, 3 * MILLISECOND + 1);
    expect_deadline(4 * MILLISECOND);
}

Test(apic, short_periods_come_together)
{
    timer(PERIODIC | TIMER, DIVIDE_1, 300, 0);
    uint64_t last = 0;
    for (unsigned i = 0; i < 10; i++) {
        uint64_t next = apic_deadline(&apic);
        cr_assert(next - last >= APIC_PERIOD_LEAST && next - last < APIC_PERIOD_LEAST + 300);
        cr_assert_eq(next % 300, 0);
        expect_interrupt(next);
        last = next;
    }
    setup();
    timer(PERIODIC | TIMER, DIVIDE_1, 1, UINT64_MAX / 2);
    expect_deadline(UINT64_MAX / 2 + APIC_PERIOD_LEAST);
}

// SDM volume 3, figure 11-10.
Test(apic, divider)
{
    static const struct {
        uint64_t code, divisor;
    } codes[] = {{0x0, 2}, {0x1, 4}, {0x2, 8}, {0x3, 16}, {0x8, 32}, {0x9, 64}, {0xa, 128}, {0xb, 1}};
    for (unsigned i = 0; i < sizeof codes / sizeof *codes; i++) {
        timer(TIMER, codes[i].code, UINT32_MAX, 10);
        expect_deadline(10 + codes[i].divisor * UINT32_MAX);
        cr_assert_eq(read_at(APIC_CURRENT, 10 + codes[i].divisor * 1000), UINT32_MAX - 1000);
    }
}

// The count goes on from where it is, at another speed.
Test(apic, divider_of_a_running_timer)
{
    timer(TIMER, DIVIDE_1, 1000, 0);
    write_at(APIC_DIVIDE, 0x0, 400);
    cr_assert_eq(read_at(APIC_CURRENT, 400), 600);
    cr_assert_eq(read_at(APIC_CURRENT, 402), 599);
    expect_interrupt(1600);
    write_at(APIC_DIVIDE, DIVIDE_1, 1700);
    expect_deadline(APIC_NEVER);
}

Test(apic, masked_timer)
{
    timer(MASKED | TIMER, DIVIDE_1, 1000, 0);
    expect_deadline(APIC_NEVER);
    cr_assert_eq(read_at(APIC_CURRENT, 400), 600);
    write_at(APIC_LVT_TIMER, TIMER, 400);
    expect_deadline(1000);
    write_at(APIC_LVT_TIMER, MASKED | TIMER, 500);
    write_at(APIC_LVT_TIMER, TIMER, 1500); // it ended unnoticed
    expect_deadline(APIC_NEVER);
    write_at(APIC_LVT_TIMER, PERIODIC | TIMER, 1600); // which does not start it again
    expect_deadline(APIC_NEVER);
    cr_assert_eq(read_at(APIC_CURRENT, 1700), 0);
}

Test(apic, mode_of_a_running_timer)
{
    timer(PERIODIC | TIMER, 0x0, MILLISECOND, 0);
    write_at(APIC_LVT_TIMER, TIMER, 9 * MILLISECOND + 1);
    apic_acknowledge(&apic, 9 * MILLISECOND + 1);
    end();
    expect_interrupt(10 * MILLISECOND);
    expect_deadline(APIC_NEVER);
}

Test(apic, timer_with_an_illegal_vector)
{
    timer(PERIODIC | 0x0f, DIVIDE_1, 1000, 0);
    expect_deadline(APIC_NEVER);
    expect_vector_at(-1, MILLISECOND);
}

// Whatever is written: interrupts come in the order of their priorities, deadlines in the future.
Test(apic, random_writes)
{
    uint64_t now = 0;
    srand(1);
    for (unsigned i = 0; i < 1000000; i++) {
        uint64_t value = ((uint64_t)rand() << 32 | (uint64_t)rand()) >> rand() % 64;
        if (rand() % 2)
            value &= PERIODIC | MASKED | 0xff; // what an entry of the timer may be
        now += (uint64_t)rand() % 1000;
        apic_write(&apic, (unsigned)rand() % APIC_REGISTERS, value, now, &message);
        apic_expire(&apic, now);
        uint64_t class = read_at(APIC_PPR, now) >> 4;
        int vector = apic_acknowledge(&apic, now);
        cr_assert(vector < 0 || (uint64_t)vector >> 4 > class);
        cr_assert(apic_deadline(&apic) > now);
        cr_assert(message.targets == 0 || message.vector >= 16);
        for (unsigned word = 0; word < APIC_WORDS && message.targets >> 5 & 1; word++)
            apic_request(&apic, word, message.vector / 64 == word ? 1ull << message.vector % 64 : 0);
        message.targets = 0;
        message.vector = 0;
    }
}
