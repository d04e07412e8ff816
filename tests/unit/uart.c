// SPDX-License-Identifier: MIT
// The 16550, as drivers use it.
#include "emulate/uart.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static struct uart uart;

static void setup(void)
{
    uart_reset(&uart);
}

static void put(unsigned offset, uint8_t value)
{
    cr_assert_not(uart_write(&uart, offset, value), "nothing to transmit");
}

static uint8_t get(unsigned offset)
{
    return uart_read(&uart, offset);
}

static void receive(unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        cr_assert(uart_receive(&uart, (uint8_t)(i + 1)), "byte %u", i);
}

TestSuite(uart, .init = setup);

Test(uart, the_state_after_reset)
{
    cr_assert_eq(get(UART_IER), 0);
    cr_assert_eq(get(UART_IIR), 0x01);
    cr_assert_eq(get(UART_LCR), 0);
    cr_assert_eq(get(UART_MCR), 0);
    cr_assert_eq(get(UART_LSR), 0x60);
    cr_assert_eq(get(UART_MSR), 0xb0);
    cr_assert_not(uart_interrupt(&uart));
}

Test(uart, a_driver_probes_it)
{
    // Linux, autoconfig(): interrupt enable, then the modem lines in loopback, then the scratch register and
    // the FIFO.
    put(UART_IER, 0);
    cr_assert_eq(get(UART_IER), 0);
    put(UART_IER, 0xff);
    cr_assert_eq(get(UART_IER), 0x0f);
    put(UART_IER, 0);
    put(UART_MCR, 0x1a);
    cr_assert_eq(get(UART_MSR) & 0xf0, 0x90);
    put(UART_MCR, 0x15);
    cr_assert_eq(get(UART_MSR) & 0xf0, 0x60);
    put(UART_MCR, 0xe8);
    cr_assert_eq(get(UART_MCR), 0x08);
    cr_assert_eq(get(UART_MSR) & 0xf0, 0xb0);
    put(UART_SCR, 0xa5);
    cr_assert_eq(get(UART_SCR), 0xa5);
    put(UART_SCR, 0x5a);
    cr_assert_eq(get(UART_SCR), 0x5a);
    put(UART_FCR, 0x01);
    cr_assert_eq(get(UART_IIR), 0xc1);
    put(UART_FCR, 0x00);
    cr_assert_eq(get(UART_IIR), 0x01);
}

Test(uart, the_divisor_hides_behind_dlab)
{
    put(UART_LCR, 0x83);
    put(0, 0x0c);
    put(1, 0x34);
    cr_assert_eq(get(0), 0x0c);
    cr_assert_eq(get(1), 0x34);
    put(UART_LCR, 0x03);
    cr_assert_eq(get(UART_LCR), 0x03);
    cr_assert_eq(get(UART_IER), 0);
    cr_assert(uart_write(&uart, UART_DATA, 'x'));
    put(UART_LCR, 0x80);
    cr_assert_eq(get(0), 0x0c);
}

Test(uart, transmission_is_always_possible)
{
    for (unsigned i = 0; i < 100; i++) {
        cr_assert_eq(get(UART_LSR) & 0x60, 0x60);
        cr_assert(uart_write(&uart, UART_DATA, (uint8_t)i));
    }
    cr_assert_not(uart_interrupt(&uart));
}

Test(uart, the_transmitter_interrupts_when_enabled_and_after_each_byte)
{
    put(UART_IER, 0x02);
    cr_assert(uart_interrupt(&uart));
    cr_assert_eq(get(UART_IIR), 0x02);
    cr_assert_not(uart_interrupt(&uart), "reading the cause ends it");
    cr_assert_eq(get(UART_IIR), 0x01);
    cr_assert(uart_write(&uart, UART_DATA, 'a'));
    cr_assert(uart_interrupt(&uart));
    cr_assert_eq(get(UART_IIR), 0x02);
    put(UART_IER, 0x02);
    cr_assert_not(uart_interrupt(&uart), "it was enabled already");
    put(UART_IER, 0x00);
    put(UART_IER, 0x02);
    cr_assert(uart_interrupt(&uart));
    put(UART_IER, 0x00);
    cr_assert_not(uart_interrupt(&uart));
}

Test(uart, reading_another_cause_leaves_the_transmitters)
{
    put(UART_IER, 0x03);
    receive(1);
    cr_assert_eq(get(UART_IIR), 0x04);
    cr_assert_eq(get(UART_DATA), 1);
    cr_assert_eq(get(UART_IIR), 0x02);
    cr_assert_not(uart_interrupt(&uart));
}

Test(uart, without_the_fifo_it_holds_one_byte)
{
    put(UART_IER, 0x01);
    receive(1);
    cr_assert_not(uart_receive(&uart, 99));
    cr_assert(uart_interrupt(&uart));
    cr_assert_eq(get(UART_IIR), 0x04);
    cr_assert_eq(get(UART_LSR), 0x61, "nothing was lost");
    cr_assert_eq(get(UART_DATA), 1);
    cr_assert_eq(get(UART_LSR), 0x60);
    cr_assert_not(uart_interrupt(&uart));
}

Test(uart, the_fifo_holds_sixteen_bytes_in_order)
{
    put(UART_FCR, 0x01);
    for (unsigned round = 0; round < 5; round++) {
        receive(16);
        cr_assert_not(uart_receive(&uart, 99));
        for (unsigned i = 0; i < 11; i++)
            cr_assert_eq(get(UART_DATA), i + 1);
        cr_assert(uart_receive(&uart, 77));
        for (unsigned i = 11; i < 16; i++)
            cr_assert_eq(get(UART_DATA), i + 1);
        cr_assert_eq(get(UART_LSR) & 1, 1);
        cr_assert_eq(get(UART_DATA), 77);
        cr_assert_eq(get(UART_LSR) & 1, 0);
    }
}

Test(uart, the_trigger_level_tells_data_from_timeout)
{
    static const unsigned levels[4] = {1, 4, 8, 14};
    put(UART_IER, 0x01);
    for (unsigned i = 0; i < 4; i++) {
        put(UART_FCR, (uint8_t)(i << 6 | 0x03));
        cr_assert_not(uart_interrupt(&uart), "the queue is cleared");
        receive(levels[i] - 1);
        cr_assert_eq(get(UART_IIR), levels[i] > 1 ? 0xcc : 0xc1);
        cr_assert_eq(uart_interrupt(&uart), levels[i] > 1);
        receive(1);
        cr_assert_eq(get(UART_IIR), 0xc4);
    }
}

Test(uart, only_an_enabled_fifo_takes_commands)
{
    put(UART_IER, 0x01);
    receive(1);
    put(UART_FCR, 0xc2);
    cr_assert_eq(get(UART_IIR), 0x04);
    put(UART_FCR, 0x01);
    cr_assert_eq(get(UART_IIR), 0xc1, "a change of mode clears");
    receive(5);
    put(UART_FCR, 0x00);
    cr_assert_eq(get(UART_LSR), 0x60);
}

Test(uart, loopback_returns_what_is_sent_and_reports_what_is_lost)
{
    put(UART_MCR, 0x10);
    put(UART_IER, 0x04);
    cr_assert_not(uart_receive(&uart, 'z'), "the line is not connected");
    put(UART_DATA, 'a');
    cr_assert_eq(get(UART_LSR), 0x61);
    cr_assert_not(uart_interrupt(&uart));
    put(UART_DATA, 'b');
    cr_assert_eq(get(UART_IIR), 0x06);
    cr_assert_eq(get(UART_LSR), 0x63);
    cr_assert_eq(get(UART_LSR), 0x61, "reading the overrun ends it");
    cr_assert_not(uart_interrupt(&uart));
    cr_assert_eq(get(UART_DATA), 'a');
    cr_assert_eq(get(UART_LSR), 0x60);
    put(UART_MCR, 0x00);
    cr_assert(uart_receive(&uart, 'z'));
    cr_assert_eq(get(UART_DATA), 'z');
}

Test(uart, changes_of_the_modem_lines_interrupt_until_read)
{
    put(UART_IER, 0x08);
    put(UART_MCR, 0x10); // CTS, DSR and DCD fall
    cr_assert_eq(get(UART_IIR), 0x00);
    cr_assert(uart_interrupt(&uart));
    cr_assert_eq(get(UART_MSR), 0x0b);
    cr_assert_eq(get(UART_MSR), 0x00);
    cr_assert_not(uart_interrupt(&uart));
    put(UART_MCR, 0x14); // a ring begins, which is no event
    cr_assert_eq(get(UART_MSR), 0x40);
    put(UART_MCR, 0x10); // and ends, which is one
    cr_assert_eq(get(UART_MSR), 0x04);
}

Test(uart, the_cause_of_highest_priority_is_named_first)
{
    put(UART_IER, 0x0f);
    put(UART_MCR, 0x10);
    put(UART_DATA, 'a');
    put(UART_DATA, 'b');
    cr_assert_eq(get(UART_IIR), 0x06);
    get(UART_LSR);
    cr_assert_eq(get(UART_IIR), 0x04);
    get(UART_DATA);
    cr_assert_eq(get(UART_IIR), 0x02);
    cr_assert_eq(get(UART_IIR), 0x00);
    get(UART_MSR);
    cr_assert_eq(get(UART_IIR), 0x01);
}

Test(uart, status_registers_and_other_offsets_cannot_be_written)
{
    put(UART_LSR, 0xff);
    put(UART_MSR, 0xff);
    put(8, 0xff);
    put(0xffffffff, 0xff);
    cr_assert_eq(get(UART_LSR), 0x60);
    cr_assert_eq(get(UART_MSR), 0xb0);
    cr_assert_eq(get(8), 0xff);
    cr_assert_eq(get(0xffffffff), 0xff);
}

Test(uart, any_sequence_keeps_the_queue_in_bounds)
{
    srand(1);
    for (unsigned step = 0; step < 500000; step++) {
        unsigned offset = (unsigned)rand() % 10;
        if (rand() & 1)
            uart_write(&uart, offset, (uint8_t)rand());
        else
            uart_read(&uart, offset);
        bool accepted = uart_receive(&uart, (uint8_t)step);
        cr_assert(!accepted || uart.received <= UART_QUEUE);
        cr_assert(uart.received <= UART_QUEUE && uart.first < UART_QUEUE);
        bool interrupt = uart_interrupt(&uart);
        cr_assert_eq(interrupt, !(uart_read(&uart, UART_IIR) & 1));
    }
}
