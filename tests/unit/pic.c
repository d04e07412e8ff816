// SPDX-License-Identifier: MIT
// The pair of 8259A, as drivers use it.
#include "emulate/pic.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static struct pic pic;

static void command(uint8_t value)
{
    pic_write(&pic, PIC_MASTER_COMMAND, value);
}

static void slave_command(uint8_t value)
{
    pic_write(&pic, PIC_SLAVE_COMMAND, value);
}

static void initialise_chip(uint16_t port, uint8_t base, uint8_t cascade, uint8_t icw4)
{
    pic_write(&pic, port, 0x11);
    pic_write(&pic, port + 1, base);
    pic_write(&pic, port + 1, cascade);
    pic_write(&pic, port + 1, icw4);
}

// What Linux does: masks all, vectors 0x30 and 0x38, normal end of interrupt; and then unmasks all.
static void initialise(uint8_t icw4)
{
    pic_reset(&pic);
    pic_write(&pic, PIC_MASTER_DATA, 0xff);
    pic_write(&pic, PIC_SLAVE_DATA, 0xff);
    initialise_chip(PIC_MASTER_COMMAND, 0x30, 0x04, icw4);
    initialise_chip(PIC_SLAVE_COMMAND, 0x38, 0x02, icw4);
    pic_write(&pic, PIC_MASTER_DATA, 0x00);
    pic_write(&pic, PIC_SLAVE_DATA, 0x00);
}

static void setup(void)
{
    initialise(0x01);
}

static void expect_vector(int vector)
{
    cr_assert_eq(pic_pending(&pic), vector >= 0);
    int seen = pic_acknowledge(&pic);
    cr_assert_eq(seen, vector, "saw %d, expected %d", seen, vector);
}

static uint8_t read_back(uint16_t port, uint8_t ocw3)
{
    pic_write(&pic, port, ocw3);
    return pic_read(&pic, port);
}

TestSuite(pic, .init = setup);

Test(pic, every_line_has_its_vector_once)
{
    for (unsigned irq = 0; irq < 16; irq++) {
        if (irq == PIC_CASCADE)
            continue;
        pic_raise(&pic, irq);
        expect_vector(0x30 + (int)irq);
        expect_vector(-1);
        if (irq >= 8)
            slave_command(0x20);
        command(0x20);
        expect_vector(-1);
    }
}

Test(pic, nothing_is_delivered_after_reset)
{
    pic_reset(&pic);
    for (unsigned irq = 0; irq < 16; irq++)
        pic_raise(&pic, irq);
    expect_vector(-1);
    cr_assert_eq(pic_read(&pic, PIC_MASTER_DATA), 0xff);
    cr_assert_eq(pic_read(&pic, PIC_SLAVE_DATA), 0xff);
    pic_write(&pic, PIC_MASTER_DATA, 0xfb);
    pic_write(&pic, PIC_SLAVE_DATA, 0xef);
    expect_vector(0x74);
}

Test(pic, a_driver_finds_the_mask_that_it_wrote)
{
    // Linux probes for the chip in this way.
    pic_write(&pic, PIC_MASTER_DATA, 0xfb);
    pic_write(&pic, PIC_SLAVE_DATA, 0x5a);
    cr_assert_eq(pic_read(&pic, PIC_MASTER_DATA), 0xfb);
    cr_assert_eq(pic_read(&pic, PIC_SLAVE_DATA), 0x5a);
}

Test(pic, a_masked_line_is_kept_until_it_is_unmasked)
{
    pic_write(&pic, PIC_MASTER_DATA, 0x02);
    pic_raise(&pic, 1);
    expect_vector(-1);
    cr_assert_eq(read_back(PIC_MASTER_COMMAND, 0x0a), 0x02);
    pic_write(&pic, PIC_MASTER_DATA, 0x00);
    expect_vector(0x31);
}

Test(pic, masking_the_cascade_masks_the_slave)
{
    pic_write(&pic, PIC_MASTER_DATA, 0x04);
    pic_raise(&pic, 12);
    expect_vector(-1);
    pic_write(&pic, PIC_MASTER_DATA, 0x00);
    expect_vector(0x3c);
}

Test(pic, the_cascade_and_lines_that_do_not_exist_cannot_be_raised)
{
    pic_raise(&pic, PIC_CASCADE);
    pic_raise(&pic, 16);
    pic_raise(&pic, 0x10000001);
    expect_vector(-1);
}

Test(pic, higher_priority_interrupts_lower_and_not_the_reverse)
{
    pic_raise(&pic, 4);
    expect_vector(0x34);
    pic_raise(&pic, 4);
    pic_raise(&pic, 7);
    expect_vector(-1);
    pic_raise(&pic, 9);
    expect_vector(0x39);
    pic_raise(&pic, 0);
    expect_vector(0x30);
    cr_assert_eq(read_back(PIC_MASTER_COMMAND, 0x0b), 0x15);
    cr_assert_eq(read_back(PIC_SLAVE_COMMAND, 0x0b), 0x02);
    cr_assert_eq(read_back(PIC_MASTER_COMMAND, 0x0a), 0x90);

    command(0x20); // ends 0
    expect_vector(-1);
    slave_command(0x20);
    command(0x20); // ends the cascade
    expect_vector(-1);
    command(0x20); // ends 4
    expect_vector(0x34);
    command(0x20);
    expect_vector(0x37);
}

Test(pic, of_several_the_highest_comes_first_and_the_slave_stands_between_1_and_3)
{
    static const int order[] = {0x30, 0x31, 0x38, 0x39, 0x3f, 0x33, 0x37};
    static const unsigned raised[] = {7, 3, 15, 9, 8, 1, 0};
    for (size_t i = 0; i < sizeof raised / sizeof *raised; i++)
        pic_raise(&pic, raised[i]);
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        expect_vector(order[i]);
        slave_command(0x20);
        command(0x20);
    }
    expect_vector(-1);
}

Test(pic, the_slave_waits_for_the_masters_end_of_interrupt)
{
    pic_raise(&pic, 10);
    expect_vector(0x3a);
    pic_raise(&pic, 8);
    expect_vector(-1);
    slave_command(0x20);
    expect_vector(-1);
    command(0x20);
    expect_vector(0x38);
}

Test(pic, special_fully_nested_mode_lets_a_higher_line_of_the_slave_through)
{
    initialise(0x11);
    pic_raise(&pic, 10);
    expect_vector(0x3a);
    pic_raise(&pic, 8);
    pic_raise(&pic, 11);
    expect_vector(0x38);
    expect_vector(-1);
}

Test(pic, a_specific_end_of_interrupt_ends_only_its_line)
{
    pic_raise(&pic, 6);
    expect_vector(0x36);
    pic_raise(&pic, 3);
    expect_vector(0x33);
    command(0x66); // ends 6
    cr_assert_eq(read_back(PIC_MASTER_COMMAND, 0x0b), 0x08);
    pic_raise(&pic, 6);
    expect_vector(-1);
    command(0x63);
    expect_vector(0x36);
    // Linux ends a line of the slave so: its number there, then the cascade here.
    pic_raise(&pic, 1);
    expect_vector(0x31);
    command(0x61);
    slave_command(0x64);
    command(0x62);
    expect_vector(-1);
}

Test(pic, an_edge_while_in_service_is_delivered_afterwards_once)
{
    pic_raise(&pic, 1);
    expect_vector(0x31);
    pic_raise(&pic, 1);
    pic_raise(&pic, 1);
    expect_vector(-1);
    command(0x20);
    expect_vector(0x31);
    command(0x20);
    expect_vector(-1);
}

Test(pic, automatic_end_of_interrupt)
{
    initialise(0x03);
    pic_raise(&pic, 5);
    pic_raise(&pic, 13);
    expect_vector(0x3d);
    cr_assert_eq(read_back(PIC_MASTER_COMMAND, 0x0b), 0);
    cr_assert_eq(read_back(PIC_SLAVE_COMMAND, 0x0b), 0);
    expect_vector(0x35);
    pic_raise(&pic, 5);
    expect_vector(0x35);
}

Test(pic, priorities_can_be_set_and_rotate)
{
    command(0xc3); // 3 lowest, so 4 highest
    pic_raise(&pic, 3);
    pic_raise(&pic, 4);
    pic_raise(&pic, 0);
    expect_vector(0x34);
    command(0xa0); // ends 4, which becomes the lowest
    pic_raise(&pic, 4);
    expect_vector(0x30);
    command(0xe0); // ends 0, which becomes the lowest
    expect_vector(0x33);
    command(0x20);
    pic_raise(&pic, 0);
    expect_vector(0x34);
    command(0x20);
    expect_vector(0x30);
}

Test(pic, priorities_rotate_with_automatic_end_if_asked_to)
{
    initialise(0x03);
    for (unsigned round = 0; round < 2; round++) {
        command(round == 0 ? 0x80 : 0x00);
        pic_raise(&pic, 0);
        expect_vector(0x30);
        pic_raise(&pic, 0);
        pic_raise(&pic, 1);
        expect_vector(round == 0 ? 0x31 : 0x30);
        expect_vector(round == 0 ? 0x30 : 0x31);
        command(0xc7);
    }
}

Test(pic, special_mask_mode_lets_lower_lines_through)
{
    pic_raise(&pic, 1);
    expect_vector(0x31);
    pic_write(&pic, PIC_MASTER_DATA, 0x02);
    pic_raise(&pic, 5);
    expect_vector(-1);
    command(0x68);
    expect_vector(0x35);
    command(0x20); // does not end 1, which is masked
    cr_assert_eq(read_back(PIC_MASTER_COMMAND, 0x0b), 0x02);
    command(0x48);
    pic_raise(&pic, 5);
    expect_vector(-1);
}

Test(pic, a_poll_acknowledges)
{
    cr_assert_eq(read_back(PIC_MASTER_COMMAND, 0x0c), 0);
    pic_raise(&pic, 3);
    cr_assert_eq(read_back(PIC_MASTER_COMMAND, 0x0c), 0x83);
    expect_vector(-1);
    cr_assert_eq(read_back(PIC_MASTER_COMMAND, 0x0b), 0x08);
    pic_raise(&pic, 14);
    cr_assert_eq(read_back(PIC_MASTER_COMMAND, 0x0c), 0x82);
    cr_assert_eq(read_back(PIC_SLAVE_COMMAND, 0x0c), 0x86);
}

Test(pic, initialisation_forgets_what_was_before_and_can_be_short)
{
    pic_raise(&pic, 4);
    expect_vector(0x34);
    pic_raise(&pic, 6);
    pic_write(&pic, PIC_MASTER_DATA, 0xff);
    command(0x12); // single, no ICW4
    pic_write(&pic, PIC_MASTER_DATA, 0x47);
    cr_assert_eq(pic_read(&pic, PIC_MASTER_DATA), 0);
    expect_vector(-1);
    pic_raise(&pic, 5);
    expect_vector(0x45);
    pic_write(&pic, PIC_MASTER_DATA, 0x80);
    cr_assert_eq(pic_read(&pic, PIC_MASTER_DATA), 0x80);
}

Test(pic, other_ports_are_not_its_own)
{
    pic_write(&pic, 0x22, 0x11);
    pic_write(&pic, 0x9f, 0x11);
    pic_write(&pic, 0xa2, 0xff);
    cr_assert_eq(pic_read(&pic, 0x22), 0xff);
    cr_assert_eq(pic_read(&pic, 0xa2), 0xff);
    pic_raise(&pic, 8);
    expect_vector(0x38);
}

Test(pic, any_sequence_keeps_pending_and_acknowledge_together)
{
    static const uint16_t ports[] = {PIC_MASTER_COMMAND, PIC_MASTER_DATA, PIC_SLAVE_COMMAND, PIC_SLAVE_DATA};
    srand(1);
    for (unsigned step = 0; step < 500000; step++) {
        uint16_t port = ports[rand() & 3];
        if (rand() & 1)
            pic_write(&pic, port, (uint8_t)rand());
        else if (rand() & 1)
            pic_read(&pic, port);
        pic_raise(&pic, (unsigned)rand() & 31);
        bool pending = pic_pending(&pic);
        int vector = rand() & 1 ? pic_acknowledge(&pic) : -1;
        cr_assert(pending || vector == -1);
        cr_assert(vector >= -1 && vector <= 255);
    }
}
