// SPDX-License-Identifier: MIT
/*
 * Input from the serial port and the keyboard controller (Intel 8042: data port 0x60, status port 0x64).
 */
#include "x86/input.h"

#include "x86/apic.h"
#include "x86/instruction.h"
#include "x86/interrupt.h"
#include "x86/keyboard.h"
#include "x86/serial.h"

#define KEYBOARD_IRQ    1
#define KEYBOARD_DATA   0x60
#define KEYBOARD_STATUS 0x64
#define STATUS_FULL     0x01
#define STATUS_ABSENT   0xff

static struct keyboard keyboard;

static int scancode_read(void)
{
    uint8_t status = port_read8(KEYBOARD_STATUS);

    return status != STATUS_ABSENT && (status & STATUS_FULL) != 0 ? port_read8(KEYBOARD_DATA) : -1;
}

static int keyboard_read(void)
{
    int byte = keyboard_next(&keyboard);
    int scancode;

    while (byte < 0 && (scancode = scancode_read()) >= 0) {
        byte = keyboard_decode(&keyboard, (uint8_t)scancode);
    }
    return byte;
}

void input_open(void)
{
    while (scancode_read() >= 0) {
    }
    serial_interrupt_enable();
    apic_route(SERIAL_IRQ, VECTOR_SERIAL);
    apic_route(KEYBOARD_IRQ, VECTOR_KEYBOARD);
}

int input_next(void)
{
    int byte = serial_read();

    return byte >= 0 ? byte : keyboard_read();
}
