// SPDX-License-Identifier: MIT
/*
 * The interrupt descriptor table (Intel SDM vol. 3, 6.14.1). Every gate is an interrupt gate: the hypervisor
 * runs with interrupts disabled. A guest may raise the breakpoint and overflow exceptions itself.
 */
#include "x86/interrupt.h"

#include "x86/entry.h"
#include "x86/instruction.h"
#include "x86/layout.h"

#define GATE_INTERRUPT 0x8e00ull
#define GATE_GUEST     0x6000ull
#define VECTORS        64

struct gate {
    uint64_t low, high;
};

static struct gate table[VECTORS];

/* The exceptions that have a stack of their own: their number in the task state. */
static const uint8_t stack_of[PV_TRAP_LIMIT] = {[1] = 1, [2] = 2, [8] = 3, [18] = 4};

static void gate_set(unsigned vector, void (*entry)(void), uint64_t stack, uint64_t flags)
{
    uint64_t address = (uint64_t)entry;

    table[vector].low = (address & 0xffff) | SELECTOR_HV_CODE << 16 | (GATE_INTERRUPT | flags | stack) << 32 |
                        (address >> 16 & 0xffff) << 48;
    table[vector].high = address >> 32;
}

void interrupt_table_fill(void)
{
    for (unsigned vector = 0; vector < PV_TRAP_LIMIT; vector++) {
        gate_set(vector, entry_exceptions[vector], stack_of[vector],
                 vector == 3 || vector == 4 ? GATE_GUEST : 0);
    }
    gate_set(VECTOR_SERIAL, entry_interrupt_serial, 0, 0);
    gate_set(VECTOR_KEYBOARD, entry_interrupt_keyboard, 0, 0);
    gate_set(VECTOR_TIMER, entry_interrupt_timer, 0, 0);
    gate_set(VECTOR_KICK, entry_interrupt_kick, 0, 0);
    gate_set(VECTOR_FLUSH, entry_interrupt_flush, 0, 0);
    gate_set(VECTOR_SPURIOUS, entry_interrupt_spurious, 0, 0);
}

void interrupt_table_load(void)
{
    struct {
        uint16_t limit;
        uint64_t base;
    } __attribute__((packed)) pointer = {sizeof(table) - 1, (uint64_t)table};

    asm volatile("lidt %0" : : "m"(pointer));
}

/* 8259A datasheet: initialisation with vectors from 0x38 on, where only the spurious one can come from. */
void interrupt_8259_mask(void)
{
    static const struct {
        uint16_t port;
        uint8_t value;
    } writes[] = {{0x20, 0x11}, {0xa0, 0x11}, {0x21, 0x38}, {0xa1, 0x38}, {0x21, 0x04},
                  {0xa1, 0x02}, {0x21, 0x01}, {0xa1, 0x01}, {0x21, 0xff}, {0xa1, 0xff}};

    for (unsigned i = 0; i < sizeof(writes) / sizeof(writes[0]); i++) {
        port_write8(writes[i].port, writes[i].value);
    }
}
