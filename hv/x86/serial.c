// SPDX-License-Identifier: MIT
/*
 * Driver of the 16550 (National Semiconductor PC16550D datasheet).
 */
#include "x86/serial.h"

#include <stdint.h>

#include "x86/instruction.h"

#define PORT 0x3f8

enum { DATA = PORT, INTERRUPTS, FIFO, LINE, MODEM, STATUS, MODEM_STATUS, SCRATCH };

#define STATUS_RECEIVED 0x01
#define STATUS_EMPTY    0x20
#define LINE_DIVISOR    0x80
#define LINE_8N1        0x03
#define FIFO_ON_CLEAR   0xc7
#define FIFO_DEPTH      16
#define MODEM_ON        0x0b /* DTR, RTS, and OUT2, which lets interrupts out */

/*
 * Status reads, of about a microsecond each, before a port that sends nothing is taken for stalled. Long,
 * because an emulated port may wait for a slow reader; from then on bytes are dropped until it sends again.
 */
#define PATIENCE 20000000

static bool present;

bool serial_open(void)
{
    port_write8(SCRATCH, 0x5a);
    present = port_read8(SCRATCH) == 0x5a;
    if (!present) {
        return false;
    }
    port_write8(INTERRUPTS, 0);
    port_write8(LINE, LINE_DIVISOR);
    port_write8(DATA, 1);
    port_write8(INTERRUPTS, 0);
    port_write8(LINE, LINE_8N1);
    port_write8(FIFO, FIFO_ON_CLEAR);
    port_write8(MODEM, MODEM_ON);
    return true;
}

void serial_interrupt_enable(void)
{
    if (present) {
        port_write8(INTERRUPTS, STATUS_RECEIVED);
    }
}

static bool wait_empty(void)
{
    static bool stalled;
    bool empty = (port_read8(STATUS) & STATUS_EMPTY) != 0;

    for (unsigned i = 0; !empty && !stalled && i < PATIENCE; i++) {
        empty = (port_read8(STATUS) & STATUS_EMPTY) != 0;
    }
    stalled = !empty;
    return empty;
}

static void byte_write(char byte)
{
    static unsigned room;

    if (room == 0) {
        room = wait_empty() ? FIFO_DEPTH : 0;
    }
    if (room != 0) {
        port_write8(DATA, (uint8_t)byte);
        room--;
    }
}

void serial_write(const char *bytes, size_t length)
{
    for (size_t i = 0; present && i < length; i++) {
        if (bytes[i] == '\n') {
            byte_write('\r');
        }
        byte_write(bytes[i]);
    }
}

int serial_read(void)
{
    if (!present || (port_read8(STATUS) & STATUS_RECEIVED) == 0) {
        return -1;
    }
    return port_read8(DATA);
}
