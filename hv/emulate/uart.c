// SPDX-License-Identifier: MIT
//
// The 16550. Nothing is stored that can be computed: interrupt identification and line status are made from
// the state when they are read.
#include "emulate/uart.h"

enum {
    IER_RECEIVED = 0x01,
    IER_TRANSMITTER = 0x02,
    IER_LINE = 0x04,
    IER_MODEM = 0x08,
    IER_WRITABLE = 0x0f,

    IIR_MODEM = 0x00,
    IIR_NONE = 0x01,
    IIR_TRANSMITTER = 0x02,
    IIR_RECEIVED = 0x04,
    IIR_LINE = 0x06,
    IIR_TIMEOUT = 0x0c,
    IIR_FIFO = 0xc0,

    FCR_ENABLE = 0x01,
    FCR_CLEAR_RECEIVED = 0x02,

    LCR_DLAB = 0x80,

    MCR_LOOPBACK = 0x10,
    MCR_WRITABLE = 0x1f,

    LSR_DATA = 0x01,
    LSR_OVERRUN = 0x02,
    LSR_EMPTY = 0x60, // the holding register and the transmitter

    MSR_DELTAS = 0x0f,
    MSR_RING_ENDED = 0x04, // unlike the other deltas, only the end of a ring
    MSR_CTS = 0x10,
    MSR_DSR = 0x20,
    MSR_RING = 0x40,
    MSR_DCD = 0x80,
    MSR_CONNECTED = MSR_CTS | MSR_DSR | MSR_DCD,
};

static bool uart_loopback(const struct uart *uart)
{
    return uart->mcr & MCR_LOOPBACK;
}

static unsigned uart_capacity(const struct uart *uart)
{
    return uart->fifo ? UART_QUEUE : 1;
}

static void queue_clear(struct uart *uart)
{
    uart->first = 0;
    uart->received = 0;
}

static bool queue_put(struct uart *uart, uint8_t byte)
{
    if (uart->received >= uart_capacity(uart))
        return false;
    uart->queue[(uart->first + uart->received++) % UART_QUEUE] = byte;
    return true;
}

static uint8_t queue_take(struct uart *uart)
{
    if (!uart->received)
        return 0;
    uint8_t byte = uart->queue[uart->first];
    uart->first = (uart->first + 1) % UART_QUEUE;
    uart->received--;
    return byte;
}

// The modem lines: those of the other side, or in loopback the port's own (datasheet, 8.6.5).
static uint8_t modem_lines(const struct uart *uart)
{
    if (!uart_loopback(uart))
        return MSR_CONNECTED;
    return (uint8_t)((uart->mcr & 0x01 ? MSR_DSR : 0) | (uart->mcr & 0x02 ? MSR_CTS : 0) |
                     (uart->mcr & 0x04 ? MSR_RING : 0) | (uart->mcr & 0x08 ? MSR_DCD : 0));
}

// Takes over the modem lines and adds what changed to the deltas.
static void modem_update(struct uart *uart)
{
    uint8_t old = uart->modem & (uint8_t)~MSR_DELTAS, lines = modem_lines(uart);
    uint8_t changed = (old ^ lines) >> 4;
    if (lines & MSR_RING)
        changed &= (uint8_t)~MSR_RING_ENDED;
    uart->modem = lines | changed | (uart->modem & MSR_DELTAS);
}

static void fifo_control(struct uart *uart, uint8_t value)
{
    static const uint8_t triggers[4] = {1, 4, 8, 14};
    bool enable = value & FCR_ENABLE;
    if (enable != uart->fifo || (enable && value & FCR_CLEAR_RECEIVED))
        queue_clear(uart);
    uart->fifo = enable;
    uart->trigger = enable ? triggers[value >> 6] : 1;
}

// Returns true if the byte leaves the port.
static bool uart_transmit(struct uart *uart, uint8_t byte)
{
    uart->transmit_signal = true;
    if (!uart_loopback(uart))
        return true;
    if (!queue_put(uart, byte))
        uart->overrun = true;
    return false;
}

// The interrupt of highest priority, as its number in the IIR.
static uint8_t uart_cause(const struct uart *uart)
{
    if (uart->ier & IER_LINE && uart->overrun)
        return IIR_LINE;
    if (uart->ier & IER_RECEIVED && uart->received)
        return uart->received >= uart->trigger ? IIR_RECEIVED : IIR_TIMEOUT;
    if (uart->ier & IER_TRANSMITTER && uart->transmit_signal)
        return IIR_TRANSMITTER;
    if (uart->ier & IER_MODEM && uart->modem & MSR_DELTAS)
        return IIR_MODEM;
    return IIR_NONE;
}

static uint8_t read_identification(struct uart *uart)
{
    uint8_t cause = uart_cause(uart);
    if (cause == IIR_TRANSMITTER)
        uart->transmit_signal = false;
    return cause | (uart->fifo ? IIR_FIFO : 0);
}

static uint8_t read_line_status(struct uart *uart)
{
    uint8_t status = LSR_EMPTY | (uart->received ? LSR_DATA : 0) | (uart->overrun ? LSR_OVERRUN : 0);
    uart->overrun = false;
    return status;
}

static uint8_t read_modem_status(struct uart *uart)
{
    uint8_t status = uart->modem;
    uart->modem &= (uint8_t)~MSR_DELTAS;
    return status;
}

void uart_reset(struct uart *uart)
{
    *uart = (struct uart){.trigger = 1, .modem = MSR_CONNECTED};
}

// Enabling the transmitter's interrupt reports at once that the transmitter is empty.
static void write_interrupt_enable(struct uart *uart, uint8_t value)
{
    if (value & IER_TRANSMITTER && !(uart->ier & IER_TRANSMITTER))
        uart->transmit_signal = true;
    uart->ier = value & IER_WRITABLE;
}

bool uart_write(struct uart *uart, unsigned offset, uint8_t value)
{
    if (offset <= UART_IER && uart->lcr & LCR_DLAB) {
        uart->divisor[offset] = value;
        return false;
    }
    switch (offset) {
    case UART_DATA:
        return uart_transmit(uart, value);
    case UART_IER:
        write_interrupt_enable(uart, value);
        break;
    case UART_FCR:
        fifo_control(uart, value);
        break;
    case UART_LCR:
        uart->lcr = value;
        break;
    case UART_MCR:
        uart->mcr = value & MCR_WRITABLE;
        modem_update(uart);
        break;
    case UART_SCR:
        uart->scr = value;
        break;
    default: // LSR and MSR are not for writing
        break;
    }
    return false;
}

uint8_t uart_read(struct uart *uart, unsigned offset)
{
    if (offset <= UART_IER && uart->lcr & LCR_DLAB)
        return uart->divisor[offset];
    switch (offset) {
    case UART_DATA:
        return queue_take(uart);
    case UART_IER:
        return uart->ier;
    case UART_IIR:
        return read_identification(uart);
    case UART_LCR:
        return uart->lcr;
    case UART_MCR:
        return uart->mcr;
    case UART_LSR:
        return read_line_status(uart);
    case UART_MSR:
        return read_modem_status(uart);
    case UART_SCR:
        return uart->scr;
    default:
        return 0xff;
    }
}

bool uart_receive(struct uart *uart, uint8_t byte)
{
    return !uart_loopback(uart) && queue_put(uart, byte);
}

bool uart_interrupt(const struct uart *uart)
{
    return uart_cause(uart) != IIR_NONE;
}
