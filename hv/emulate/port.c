// SPDX-License-Identifier: MIT
/*
 * I/O ports of the machine that a guest in mode=trap sees, as a table of ranges.
 */
#include "emulate/board.h"
#include "emulate/emulate.h"

#define UART_PORT 0x3f8
#define EXIT_PORT 0xf4

/* The board is held for `read` and `write`, whose ports are of the range. */
struct port_range {
    uint16_t first, last;
    uint8_t (*read)(struct board *board, uint16_t port);

    /* Returns whether something is to be done afterwards, with nothing held. */
    bool (*write)(struct board *board, uint16_t port, uint8_t value);
    void (*after)(struct vcpu *vcpu, uint8_t value);
};

static uint8_t pic_port_read(struct board *board, uint16_t port)
{
    return pic_read(&board->pic, port);
}

static bool pic_port_write(struct board *board, uint16_t port, uint8_t value)
{
    pic_write(&board->pic, port, value);
    return false;
}

static uint8_t pit_port_read(struct board *board, uint16_t port)
{
    return pit_read(&board->pit, port, board_ticks());
}

static bool pit_port_write(struct board *board, uint16_t port, uint8_t value)
{
    pit_write(&board->pit, port, value, board_ticks());
    return false;
}

/* Reading makes room in the queue: what was typed meanwhile moves up. */
static uint8_t uart_port_read(struct board *board, uint16_t port)
{
    uint8_t value = uart_read(&board->uart, port - UART_PORT);

    board_serial_feed(board);
    return value;
}

static bool uart_port_write(struct board *board, uint16_t port, uint8_t value)
{
    return uart_write(&board->uart, port - UART_PORT, value);
}

static void uart_transmit(struct vcpu *vcpu, uint8_t value)
{
    console_write(vcpu->domain, (const char *)&value, 1);
}

static bool exit_port_write(struct board *board, uint16_t port, uint8_t value)
{
    (void)board;
    (void)port;
    (void)value;
    return true;
}

static void exit_take(struct vcpu *vcpu, uint8_t value)
{
    domain_end(vcpu->domain, value != 0, "exit, reason %u", value);
}

static const struct port_range ranges[] = {
    {UART_PORT, UART_PORT + 7, uart_port_read, uart_port_write, uart_transmit},
    {0x20, 0x21, pic_port_read, pic_port_write, NULL},
    {0xa0, 0xa1, pic_port_read, pic_port_write, NULL},
    {0x40, 0x43, pit_port_read, pit_port_write, NULL},
    {0x61, 0x61, pit_port_read, pit_port_write, NULL},
    {EXIT_PORT, EXIT_PORT, NULL, exit_port_write, exit_take},
};

static const struct port_range *range_of(uint16_t port)
{
    for (unsigned i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
        if (port >= ranges[i].first && port <= ranges[i].last) {
            return &ranges[i];
        }
    }
    return NULL;
}

static uint32_t machine_port_read(struct vcpu *vcpu, uint16_t port, unsigned size)
{
    const struct port_range *range = range_of(port);
    struct board *board = board_of(vcpu);
    uint32_t value;

    if (size != 1 || range == NULL || range->read == NULL) {
        return UINT32_MAX;
    }
    board_take(board);
    value = range->read(board, port);
    board_put(board);
    machine_refresh(vcpu);
    return value;
}

static void machine_port_write(struct vcpu *vcpu, uint16_t port, unsigned size, uint32_t value)
{
    const struct port_range *range = range_of(port);
    struct board *board = board_of(vcpu);
    bool more;

    if (size != 1 || range == NULL) {
        return;
    }
    board_take(board);
    more = range->write(board, port, (uint8_t)value);
    board_put(board);
    machine_refresh(vcpu);
    if (more) {
        range->after(vcpu, (uint8_t)value);
    }
}

static uint16_t port_of(const struct vcpu *vcpu, const struct instruction *instruction)
{
    return instruction->port_in_dx ? (uint16_t)vcpu->entry.registers.rdx : instruction->port;
}

void emulate_in(struct vcpu *vcpu, const struct instruction *instruction)
{
    uint32_t value = machine_port_read(vcpu, port_of(vcpu, instruction), instruction->operand_size);
    uint64_t *rax = &vcpu->entry.registers.rax;

    switch (instruction->operand_size) {
    case 1:
        *rax = (*rax & ~0xffull) | (value & 0xff);
        break;
    case 2:
        *rax = (*rax & ~0xffffull) | (value & 0xffff);
        break;
    default:
        *rax = value;
        break;
    }
    vcpu_skip(vcpu, instruction->length);
}

void emulate_out(struct vcpu *vcpu, const struct instruction *instruction)
{
    vcpu_skip(vcpu, instruction->length);
    machine_port_write(vcpu, port_of(vcpu, instruction), instruction->operand_size,
                       (uint32_t)vcpu->entry.registers.rax);
}
