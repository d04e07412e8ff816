// SPDX-License-Identifier: MIT
/*
 * I/O ports of the machine that a guest in mode=trap sees, as a table of ranges.
 */
#include "core/domain.h"
#include "emulate/emulate.h"

#define UART_PORT 0x3f8
#define EXIT_PORT 0xf4

struct port_range {
    uint16_t first, last;
    uint8_t (*read)(struct vcpu *vcpu, uint16_t port);
    void (*write)(struct vcpu *vcpu, uint16_t port, uint8_t value);
};

static uint8_t pic_port_read(struct vcpu *vcpu, uint16_t port)
{
    return pic_read(&machine_of(vcpu)->pic, port);
}

static void pic_port_write(struct vcpu *vcpu, uint16_t port, uint8_t value)
{
    pic_write(&machine_of(vcpu)->pic, port, value);
}

static uint8_t pit_port_read(struct vcpu *vcpu, uint16_t port)
{
    return pit_read(&machine_of(vcpu)->pit, port, machine_pit_now());
}

static void pit_port_write(struct vcpu *vcpu, uint16_t port, uint8_t value)
{
    pit_write(&machine_of(vcpu)->pit, port, value, machine_pit_now());
    machine_timer_update(vcpu);
}

/* Reading makes room in the queue: what was typed meanwhile moves up. */
static uint8_t uart_port_read(struct vcpu *vcpu, uint16_t port)
{
    uint8_t value = uart_read(&machine_of(vcpu)->uart, port - UART_PORT);

    machine_serial_feed(vcpu);
    return value;
}

static void uart_port_write(struct vcpu *vcpu, uint16_t port, uint8_t value)
{
    if (uart_write(&machine_of(vcpu)->uart, port - UART_PORT, value)) {
        console_write(vcpu->domain, (const char *)&value, 1);
    }
}

static void exit_port_write(struct vcpu *vcpu, uint16_t port, uint8_t value)
{
    (void)port;
    domain_end(vcpu->domain, value != 0, "exit, reason %u", value);
}

static const struct port_range ranges[] = {
    {UART_PORT, UART_PORT + 7, uart_port_read, uart_port_write},
    {0x20, 0x21, pic_port_read, pic_port_write},
    {0xa0, 0xa1, pic_port_read, pic_port_write},
    {0x40, 0x43, pit_port_read, pit_port_write},
    {0x61, 0x61, pit_port_read, pit_port_write},
    {EXIT_PORT, EXIT_PORT, NULL, exit_port_write},
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
    uint32_t value;

    if (size != 1 || range == NULL || range->read == NULL) {
        return UINT32_MAX;
    }
    machine_refresh(vcpu);
    value = range->read(vcpu, port);
    machine_lines_update(vcpu);
    return value;
}

static void machine_port_write(struct vcpu *vcpu, uint16_t port, unsigned size, uint32_t value)
{
    const struct port_range *range = range_of(port);

    if (size == 1 && range != NULL) {
        machine_refresh(vcpu);
        range->write(vcpu, port, (uint8_t)value);
        machine_lines_update(vcpu);
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
