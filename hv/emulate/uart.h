// SPDX-License-Identifier: MIT
//
// A 16550 serial port, as a state machine: eight registers, a receive queue, and a transmitter that takes no
// time, so that it is always empty.
//
// Invariant: whatever is written, received <= the queue's capacity. It has no locks: the caller serialises.
//
// Source: National Semiconductor PC16550D datasheet. Differences: speed, word length, parity and break are
// accepted without effect; a character below the trigger level is reported as timed out at once; the line
// that uart_interrupt() reports is the chip's own (the board of a PC also wants MCR.OUT2 set).
#ifndef PV_EMULATE_UART_H
#define PV_EMULATE_UART_H

#include <stdbool.h>
#include <stdint.h>

// Offsets from the base port.
enum {
    UART_DATA = 0, // receive and transmit; divisor low with DLAB
    UART_IER = 1,  // interrupt enable; divisor high with DLAB
    UART_IIR = 2,  // read: interrupt identification; write: FIFO control
    UART_FCR = 2,
    UART_LCR = 3, // line control; bit 7 is DLAB
    UART_MCR = 4, // modem control; bit 4 is loopback
    UART_LSR = 5, // line status
    UART_MSR = 6, // modem status
    UART_SCR = 7, // scratch
    UART_QUEUE = 16,
};

struct uart {
    uint8_t queue[UART_QUEUE];
    uint8_t first;    // place of the oldest byte in the queue
    uint8_t received; // bytes in the queue
    uint8_t trigger;  // bytes that make "data available"
    uint8_t ier, lcr, mcr, scr;
    uint8_t divisor[2];   // low, high
    uint8_t modem;        // MSR: upper half the lines, lower half their changes
    bool fifo;            // queue of 16 instead of 1
    bool overrun;         // a byte was lost
    bool transmit_signal; // "transmitter empty" is to be reported
};

// The state after a reset: interrupts and queue off; the other side is connected and ready (CTS, DSR, DCD).
void uart_reset(struct uart *uart);

// Writes value to the register at offset (0 to 7; another is ignored).
// Returns true if value is now to be transmitted.
bool uart_write(struct uart *uart, unsigned offset, uint8_t value);

// Reads the register at offset; 0xff for an offset above 7.
uint8_t uart_read(struct uart *uart, unsigned offset);

// A byte comes in. Returns false, changing nothing, if it cannot be taken now: the queue is full
// or the port is in loopback. Offer it again later.
bool uart_receive(struct uart *uart, uint8_t byte);

// The level of the interrupt line.
bool uart_interrupt(const struct uart *uart);

#endif
