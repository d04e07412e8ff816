// SPDX-License-Identifier: MIT
// The 8254, as drivers use it. A count that is written at tick t begins at t + 1.
#include "emulate/pit.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static struct pit pit;

static void setup(void)
{
    pit_reset(&pit);
}

static void program(unsigned channel, uint8_t control, uint16_t count, uint64_t now)
{
    pit_write(&pit, PIT_CONTROL, (uint8_t)(channel << 6 | control), now);
    pit_write(&pit, (uint16_t)(PIT_CHANNEL_0 + channel), count & 0xff, now);
    pit_write(&pit, (uint16_t)(PIT_CHANNEL_0 + channel), count >> 8, now);
}

static uint16_t get(unsigned channel, uint64_t now)
{
    uint16_t low = pit_read(&pit, (uint16_t)(PIT_CHANNEL_0 + channel), now);
    return (uint16_t)(low | pit_read(&pit, (uint16_t)(PIT_CHANNEL_0 + channel), now) << 8);
}

static uint16_t latched(unsigned channel, uint64_t now)
{
    pit_write(&pit, PIT_CONTROL, (uint8_t)(channel << 6), now);
    return get(channel, now + 1000);
}

static uint8_t status(unsigned channel, uint64_t now)
{
    pit_write(&pit, PIT_CONTROL, (uint8_t)(0xe0 | 2 << channel), now);
    return pit_read(&pit, (uint16_t)(PIT_CHANNEL_0 + channel), now);
}

static bool output(uint64_t now)
{
    return pit_read(&pit, PIT_SYSTEM, now) & 0x20;
}

static void gate(bool high, uint64_t now)
{
    pit_write(&pit, PIT_SYSTEM, high, now);
}

// The deadline is exact: nothing one tick before, one rise at it, none directly after.
static void expect_rise(uint64_t tick)
{
    cr_assert_eq(pit_deadline(&pit), tick, "saw %lu, expected %lu", pit_deadline(&pit), tick);
    cr_assert_not(pit_expire(&pit, tick - 1));
    cr_assert_eq(pit_deadline(&pit), tick);
    cr_assert(pit_expire(&pit, tick));
    cr_assert_not(pit_expire(&pit, tick));
}

TestSuite(pit, .init = setup);

Test(pit, nothing_happens_after_reset)
{
    cr_assert_eq(pit_deadline(&pit), PIT_NEVER);
    cr_assert_not(pit_expire(&pit, 1000000));
}

Test(pit, mode_0_fires_once)
{
    program(0, 0x30, 1000, 5000);
    expect_rise(6001);
    cr_assert_eq(pit_deadline(&pit), PIT_NEVER);
    cr_assert_not(pit_expire(&pit, 1000000));
}

Test(pit, mode_0_is_armed_again_by_each_count)
{
    // Linux, pit_next_event(): mode once, then only counts.
    program(0, 0x38, 1000, 0);
    pit_write(&pit, PIT_CONTROL, 0x30, 0);
    for (uint64_t now = 100; now < 100000; now += 10000) {
        pit_write(&pit, PIT_CHANNEL_0, 0x88, now);
        cr_assert_eq(pit_deadline(&pit), PIT_NEVER, "half a count");
        pit_write(&pit, PIT_CHANNEL_0, 0x13, now);
        expect_rise(now + 1 + 5000);
    }
    pit_write(&pit, PIT_CHANNEL_0, 0, 200000);
    pit_write(&pit, PIT_CHANNEL_0, 1, 200000);
    pit_write(&pit, PIT_CHANNEL_0, 0, 200100);
    cr_assert_eq(pit_deadline(&pit), PIT_NEVER, "the first byte stops it");
    pit_write(&pit, PIT_CHANNEL_0, 0, 200200);
    expect_rise(200201 + 65536);
}

Test(pit, modes_2_and_3_fire_periodically)
{
    for (uint8_t control = 0x34; control <= 0x3e; control += 2) {
        if (control == 0x38 || control == 0x3a)
            continue;
        pit_reset(&pit);
        program(0, control, 11932, 77);
        for (uint64_t i = 1; i < 10; i++)
            expect_rise(78 + i * 11932);
    }
}

Test(pit, missed_ticks_are_one_and_keep_the_phase)
{
    program(0, 0x34, 1000, 0);
    cr_assert(pit_expire(&pit, 7777));
    expect_rise(8001);
}

Test(pit, a_rise_is_not_lost_when_the_guest_programs_or_reads_before_it_is_reported)
{
    program(0, 0x30, 1000, 0);
    latched(0, 2000);
    cr_assert_eq(pit_deadline(&pit), 0);
    cr_assert(pit_expire(&pit, 3000));
    program(0, 0x30, 1000, 3000);
    program(0, 0x30, 1000, 5000);
    cr_assert(pit_expire(&pit, 5000));
    expect_rise(6001);
}

Test(pit, programming_stops_the_old_count)
{
    program(0, 0x34, 1000, 0);
    pit_write(&pit, PIT_CONTROL, 0x30, 500);
    cr_assert_eq(pit_deadline(&pit), PIT_NEVER);
    cr_assert_not(pit_expire(&pit, 5000));
}

Test(pit, mode_4_fires_one_tick_later_and_modes_1_and_5_wait_for_a_gate)
{
    program(0, 0x38, 1000, 0);
    expect_rise(1002);
    cr_assert_eq(pit_deadline(&pit), PIT_NEVER);
    program(0, 0x32, 1000, 2000);
    cr_assert_eq(pit_deadline(&pit), PIT_NEVER);
    program(0, 0x3a, 1000, 2000);
    cr_assert_eq(pit_deadline(&pit), PIT_NEVER);
}

Test(pit, a_new_period_begins_after_the_old_one)
{
    program(0, 0x34, 1000, 0);
    pit_write(&pit, PIT_CHANNEL_0, 0xf4, 300);
    pit_write(&pit, PIT_CHANNEL_0, 0x01, 300);
    cr_assert_eq(status(0, 300) & 0x40, 0x40, "not loaded yet");
    expect_rise(1001);
    cr_assert_eq(status(0, 1001) & 0x40, 0);
    expect_rise(1501);
    expect_rise(2001);
}

Test(pit, the_shortest_period_is_two_ticks)
{
    program(0, 0x34, 1, 0);
    cr_assert_eq(pit_deadline(&pit), 3);
    cr_assert(pit_expire(&pit, 1000000));
    cr_assert_gt(pit_deadline(&pit), 1000000);
    pit_read(&pit, PIT_CHANNEL_0, 1000001);
    program(2, 0x36, 1, 0);
    gate(true, 0);
    pit_read(&pit, PIT_CHANNEL_2, 1000001);
}

Test(pit, counts_read_live)
{
    program(0, 0x30, 1000, 0);
    cr_assert_eq(get(0, 1), 1000);
    cr_assert_eq(get(0, 101), 900);
    cr_assert_eq(get(0, 1001), 0);
    cr_assert_eq(get(0, 1002), 0xffff);
    program(0, 0x34, 1000, 0);
    cr_assert_eq(get(0, 1), 1000);
    cr_assert_eq(get(0, 1000), 1);
    cr_assert_eq(get(0, 1001), 1000);
    cr_assert_eq(get(0, 5101), 900);
    program(0, 0x34, 0, 0);
    cr_assert_eq(get(0, 1), 0);
    cr_assert_eq(get(0, 2), 0xffff);
}

Test(pit, mode_3_counts_in_twos_twice_in_a_period)
{
    program(0, 0x36, 1000, 0);
    cr_assert_eq(get(0, 1), 1000);
    cr_assert_eq(get(0, 101), 800);
    cr_assert_eq(get(0, 500), 2);
    cr_assert_eq(get(0, 501), 1000);
    cr_assert_eq(get(0, 1000), 2);
    cr_assert_eq(get(0, 1001), 1000);
    program(0, 0x36, 5, 0);
    static const uint16_t odd[] = {4, 2, 0, 4, 2, 4, 2, 0};
    for (unsigned i = 0; i < sizeof odd / sizeof *odd; i++)
        cr_assert_eq(get(0, 1 + i), odd[i]);
}

Test(pit, a_latched_count_stays_until_both_bytes_are_read)
{
    // Linux reads its clock source so.
    program(0, 0x34, 0x2e9c, 0);
    for (uint64_t now = 1; now < 0x2e9c; now += 1321)
        cr_assert_eq(latched(0, now), 0x2e9c - (now - 1));
    setup();
    program(0, 0x34, 0x2e9c, 0);
    pit_write(&pit, PIT_CONTROL, 0x00, 101);
    pit_write(&pit, PIT_CONTROL, 0x00, 201);
    cr_assert_eq(get(0, 301), 0x2e9c - 100, "the second latch is ignored");
    cr_assert_eq(get(0, 301), 0x2e9c - 300);
    pit_write(&pit, PIT_CONTROL, 0x00, 401);
    program(0, 0x30, 500, 500);
    cr_assert_eq(get(0, 501), 500, "programming ends a latch");
}

Test(pit, read_back_latches_status_and_count_of_several)
{
    program(0, 0x34, 1000, 0);
    program(2, 0x30, 2000, 0);
    pit_write(&pit, PIT_CONTROL, 0xca, 501); // both, channels 0 and 2
    cr_assert_eq(pit_read(&pit, PIT_CHANNEL_0, 600), 0xb4);
    cr_assert_eq(get(0, 600), 500);
    cr_assert_eq(get(0, 601), 400, "live again");
    cr_assert_eq(pit_read(&pit, PIT_CHANNEL_2, 600), 0x30);
    cr_assert_eq(get(2, 600), 2000, "its gate is low");
    pit_write(&pit, PIT_CONTROL, 0xd2, 701); // count of channel 0
    cr_assert_eq(get(0, 800), 300);
    cr_assert_eq(status(0, 1000) & 0x80, 0, "mode 2 is low for the last tick");
    cr_assert_eq(status(0, 1001) & 0x80, 0x80);
}

Test(pit, one_byte_access)
{
    pit_write(&pit, PIT_CONTROL, 0x10, 0);
    pit_write(&pit, PIT_CHANNEL_0, 200, 0);
    cr_assert_eq(pit_deadline(&pit), 201);
    cr_assert_eq(pit_read(&pit, PIT_CHANNEL_0, 11), 190);
    cr_assert_eq(pit_read(&pit, PIT_CHANNEL_0, 11), 190);
    pit_write(&pit, PIT_CONTROL, 0x20, 0);
    pit_write(&pit, PIT_CHANNEL_0, 2, 0);
    cr_assert_eq(pit_deadline(&pit), 513);
    cr_assert_eq(pit_read(&pit, PIT_CHANNEL_0, 2), 1);
    pit_write(&pit, PIT_CONTROL, 0x00, 2);
    cr_assert_eq(pit_read(&pit, PIT_CHANNEL_0, 400), 1);
    cr_assert_eq(pit_read(&pit, PIT_CHANNEL_0, 400), 0);
}

Test(pit, counts_in_bcd)
{
    program(0, 0x31, 0x1234, 0);
    cr_assert_eq(pit_deadline(&pit), 1235);
    cr_assert_eq(get(0, 36), 0x1199);
    cr_assert_eq(get(0, 1236), 0x9999);
    setup();
    program(0, 0x31, 0, 0);
    cr_assert_eq(pit_deadline(&pit), 10001);
    program(0, 0x35, 0xffff, 0);
    cr_assert_eq(pit_deadline(&pit), 10000);
}

Test(pit, the_output_of_a_channel_without_a_count)
{
    for (uint8_t mode = 0; mode < 6; mode++) {
        pit_write(&pit, PIT_CONTROL, (uint8_t)(0xb0 | mode << 1), 0);
        cr_assert_eq(output(0), mode != 0, "mode %u", mode);
        cr_assert_eq(status(2, 0), 0x70 | (mode << 1) | (mode ? 0x80 : 0));
    }
    pit_write(&pit, PIT_CONTROL, 0xbe, 0);
    cr_assert_eq(status(2, 0), 0xf6, "mode 7 is mode 3");
}

Test(pit, channel_2_calibrates_a_clock)
{
    // Linux, pit_calibrate_tsc(): gate on, speaker off, mode 0; then it waits for the output.
    pit_write(&pit, PIT_SYSTEM, (pit_read(&pit, PIT_SYSTEM, 0) & ~2) | 1, 0);
    program(2, 0x30, 59659, 100);
    cr_assert_not(output(100));
    cr_assert_not(output(101 + 59658));
    cr_assert(output(101 + 59659));
    cr_assert(output(200000));
    cr_assert_eq(pit_deadline(&pit), PIT_NEVER, "only channel 0 interrupts");
    // quick_pit_calibrate(): reads the high byte as it falls.
    program(2, 0x30, 0xffff, 1000);
    for (uint64_t i = 0; i < 0xff; i++)
        cr_assert_eq(get(2, 1001 + 256 * i) >> 8, 0xff - i);
}

Test(pit, the_gate_of_channel_2_pauses_mode_0)
{
    program(2, 0x30, 1000, 0);
    cr_assert_eq(get(2, 5000), 1000);
    gate(true, 5000);
    cr_assert_eq(get(2, 5400), 600);
    gate(false, 5400);
    cr_assert_eq(get(2, 9000), 600);
    cr_assert_not(output(9000));
    gate(true, 9000);
    gate(true, 9100);
    cr_assert_not(output(9599));
    cr_assert(output(9600));
}

Test(pit, the_gate_of_channel_2_restarts_modes_2_and_3)
{
    for (uint8_t control = 0x34; control <= 0x36; control += 2) {
        setup();
        program(2, control, 1000, 0);
        cr_assert(output(999));
        gate(true, 10000);
        cr_assert_eq(get(2, 10001), 1000);
        gate(true, 10400);
        cr_assert_not(output(11000));
        gate(false, 11000);
        cr_assert(output(11000), "high while the gate is low");
        gate(true, 20000);
        cr_assert_eq(get(2, 20001), 1000);
        cr_assert(output(20001));
    }
}

Test(pit, the_gate_of_channel_2_triggers_modes_1_and_5)
{
    program(2, 0x32, 1000, 0);
    cr_assert(output(5000));
    gate(true, 5000);
    cr_assert_not(output(5001));
    gate(false, 5500);
    cr_assert_not(output(6000));
    cr_assert(output(6001));
    gate(true, 7000);
    cr_assert_not(output(7001));
    program(2, 0x3a, 10, 8000);
    gate(false, 8000);
    gate(true, 9000);
    cr_assert(output(9010));
    cr_assert_not(output(9011));
    cr_assert(output(9012));
}

Test(pit, system_port_and_ports_of_others)
{
    pit_write(&pit, PIT_SYSTEM, 0xff, 0);
    cr_assert_eq(pit_read(&pit, PIT_SYSTEM, 0) & 0xcf, 0x0f);
    cr_assert_neq(pit_read(&pit, PIT_SYSTEM, 0) & 0x10, pit_read(&pit, PIT_SYSTEM, 18) & 0x10);
    cr_assert_eq(pit_read(&pit, PIT_CONTROL, 0), 0xff);
    cr_assert_eq(pit_read(&pit, 0x44, 0), 0xff);
    pit_write(&pit, 0x44, 0x34, 0);
    pit_write(&pit, 0x3f, 0x34, 0);
    cr_assert_eq(pit_deadline(&pit), PIT_NEVER);
}

Test(pit, any_sequence_keeps_the_deadline_ahead)
{
    static const uint16_t ports[] = {PIT_CHANNEL_0, PIT_CHANNEL_1, PIT_CHANNEL_2, PIT_CONTROL, PIT_SYSTEM};
    uint64_t now = 1;
    srand(1);
    for (unsigned step = 0; step < 500000; step++) {
        uint16_t port = ports[rand() % 5];
        if (rand() & 1)
            pit_write(&pit, port, (uint8_t)rand(), now);
        else
            pit_read(&pit, port, now);
        now += rand() & 7 ? (unsigned)rand() & 0xff : (unsigned)rand() & 0xffffff;
        bool due = pit_deadline(&pit) <= now;
        cr_assert_eq(pit_expire(&pit, now), due);
        cr_assert_gt(pit_deadline(&pit), now);
    }
}
