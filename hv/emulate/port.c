// SPDX-License-Identifier: MIT
/*
 * I/O ports of the machine that a guest in mode=trap sees, as a table of ranges.
 */
#include "core/domain.h"
#include "emulate/emulate.h"

#define UART_PORT 0x3f8
#define EXIT_PORT 0xf4

/* What is behind ports. The devices are held; a write returns whether the value is to be printed. */
struct port_range {
    uint16_t first, last;
    uint8_t (*read)(struct domain *domain, struct devices *devices, uint16_t port);
    bool (*write)(struct domain *domain, struct devices *devices, uint16_t port, uint8_t value);
};

static uint8_t pic_port_read(struct domain *domain, struct devices *devices, uint16_t port)
{
    (void)domain;
    return pic_read(&devices->pic, port);
}

static bool pic_port_write(struct domain *domain, struct devices *devices, uint16_t port, uint8_t value)
{
    (void)domain;
    pic_write(&devices->pic, port, value);
    return false;
}

static uint8_t pit_port_read(struct domain *domain, struct devices *devices, uint16_t port)
{
    (void)domain;
    return pit_read(&devices->pit, port, machine_pit_now());
}

static bool pit_port_write(struct domain *domain, struct devices *devices, uint16_t port, uint8_t value)
{
    pit_write(&devices->pit, port, value, machine_pit_now());
    machine_timer_update(domain);
    return false;
}

/* Reading makes room in the queue: what was typed meanwhile moves up. */
static uint8_t uart_port_read(struct domain *domain, struct devices *devices, uint16_t port)
{
    uint8_t value = uart_read(&devices->uart, port - UART_PORT);

    machine_serial_feed(domain);
    return value;
}

static bool uart_port_write(struct domain *domain, struct devices *devices, uint16_t port, uint8_t value)
{
    (void)domain;
    return uart_write(&devices->uart, port - UART_PORT, value);
}

static const struct port_range ranges[] = {
    {UART_PORT, UART_PORT + 7, uart_port_read, uart_port_write},
    {0x20, 0x21, pic_port_read, pic_port_write},
    {0xa0, 0xa1, pic_port_read, pic_port_write},
    {0x40, 0x43, pit_port_read, pit_port_write},
    {0x61, 0x61, pit_port_read, pit_port_write},
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

static uint32_t machine_port_read(struct domain *domain, uint16_t port, unsigned size)
{
    const struct port_range *range = range_of(port);
    struct devices *devices;
    uint32_t value;

    if (size != 1 || range == NULL) {
        return UINT32_MAX;
    }
    devices = devices_hold(domain);
    value = range->read(domain, devices, port);
    machine_lines_update(domain);
    devices_release(devices);
    return value;
}

static void device_write(struct domain *domain, const struct port_range *range, uint16_t port, uint8_t value)
{
    struct devices *devices = devices_hold(domain);
    bool printed = range->write(domain, devices, port, value);

    machine_lines_update(domain);
    devices_release(devices);
    if (printed) {
        console_write(domain, (const char *)&value, 1);
    }
}

static void machine_port_write(struct domain *domain, uint16_t port, unsigned size, uint32_t value)
{
    const struct port_range *range = range_of(port);

    if (size != 1) {
        return;
    }
    if (port == EXIT_PORT) {
        domain_end(domain, (uint8_t)value != 0, "exit, reason %u", (uint8_t)value);
    } else if (range != NULL) {
        device_write(domain, range, port, (uint8_t)value);
    }
}

static uint16_t port_of(const struct vcpu *vcpu, const struct instruction *instruction)
{
    return instruction->port_in_dx ? (uint16_t)vcpu->entry.registers.rdx : instruction->port;
}

void emulate_in(struct vcpu *vcpu, const struct instruction *instruction)
{
    uint32_t value = machine_port_read(vcpu->domain, port_of(vcpu, instruction), instruction->operand_size);
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
    machine_port_write(vcpu->domain, port_of(vcpu, instruction), instruction->operand_size,
                       (uint32_t)vcpu->entry.registers.rax);
}
