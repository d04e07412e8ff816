// SPDX-License-Identifier: MIT
//
// The 8259A pair. The master's request from the slave is never stored: it is computed from the slave's state
// whenever it matters, so the two cannot disagree.
#include "emulate/pic.h"

enum {
    MASTER = 0,
    SLAVE = 1,
    NONE = 8, // no input, and the priority of nothing

    ICW1 = 0x10, // command port: these two bits tell the three kinds of command apart
    OCW3 = 0x08,

    ICW1_NEEDS_ICW4 = 0x01,
    ICW1_SINGLE = 0x02,
    ICW4_AUTOMATIC_EOI = 0x02,
    ICW4_SPECIAL_NESTED = 0x10,

    OCW2_EOI = 0x20,
    OCW2_SPECIFIC = 0x40,
    OCW2_ROTATE = 0x80,

    OCW3_READ_ISR = 0x01,
    OCW3_READ = 0x02,
    OCW3_POLL = 0x04,
    OCW3_SPECIAL_MASK = 0x20,
    OCW3_SET_SPECIAL_MASK = 0x40,
};

// The input of highest priority in the set, or NONE.
static unsigned chip_first(const struct pic_chip *chip, uint8_t set)
{
    for (unsigned i = 1; i <= 8; i++) {
        unsigned input = (chip->lowest + i) & 7;
        if (set >> input & 1)
            return input;
    }
    return NONE;
}

// Distance from the highest priority: 0 to 7, or NONE for NONE.
static unsigned chip_priority(const struct pic_chip *chip, unsigned input)
{
    return input == NONE ? NONE : (input - chip->lowest - 1) & 7;
}

// The input that the chip asks an interrupt for, or NONE. cascade: the bit of the slave's request, or 0.
static unsigned chip_request(const struct pic_chip *chip, uint8_t cascade)
{
    uint8_t blocking = chip->in_service;
    if (chip->special_mask)
        blocking &= (uint8_t)~chip->masked;
    if (chip->special_nested)
        blocking &= (uint8_t)~cascade;
    unsigned input = chip_first(chip, (chip->requested | cascade) & (uint8_t)~chip->masked);
    unsigned limit = chip_priority(chip, chip_first(chip, blocking));
    return chip_priority(chip, input) < limit ? input : NONE;
}

// The slave's request as a set of the master's inputs; empty for the slave itself.
static uint8_t pic_cascade(const struct pic *pic, unsigned which)
{
    return which == MASTER && chip_request(&pic->chip[SLAVE], 0) != NONE ? 1 << PIC_CASCADE : 0;
}

static void chip_acknowledge(struct pic_chip *chip, unsigned input)
{
    uint8_t bit = (uint8_t)(1 << input);
    chip->requested &= (uint8_t)~bit;
    if (!chip->automatic_eoi)
        chip->in_service |= bit;
    else if (chip->rotate)
        chip->lowest = (uint8_t)input;
}

static void chip_initialise(struct pic_chip *chip, uint8_t icw1)
{
    *chip = (struct pic_chip){
        .base = chip->base,
        .lowest = 7,
        .step = PIC_STEP_ICW2,
        .single = icw1 & ICW1_SINGLE,
        .needs_icw4 = icw1 & ICW1_NEEDS_ICW4,
    };
}

// OCW2. A non-specific end of interrupt does not end what is masked in special mask mode.
static void chip_end(struct pic_chip *chip, uint8_t ocw2)
{
    bool specific = ocw2 & OCW2_SPECIFIC, rotate = ocw2 & OCW2_ROTATE;
    if (!(ocw2 & OCW2_EOI) && !specific) {
        chip->rotate = rotate;
        return;
    }
    uint8_t candidates = chip->in_service & (uint8_t) ~(chip->special_mask ? chip->masked : 0);
    unsigned input = specific ? ocw2 & 7 : chip_first(chip, candidates);
    if (input == NONE)
        return;
    if (ocw2 & OCW2_EOI)
        chip->in_service &= (uint8_t) ~(1 << input);
    if (rotate)
        chip->lowest = (uint8_t)input;
}

static void chip_select(struct pic_chip *chip, uint8_t ocw3)
{
    if (ocw3 & OCW3_SET_SPECIAL_MASK)
        chip->special_mask = ocw3 & OCW3_SPECIAL_MASK;
    if (ocw3 & OCW3_READ)
        chip->read_in_service = ocw3 & OCW3_READ_ISR;
    chip->poll = ocw3 & OCW3_POLL;
}

static void chip_write_command(struct pic_chip *chip, uint8_t value)
{
    if (value & ICW1)
        chip_initialise(chip, value);
    else if (value & OCW3)
        chip_select(chip, value);
    else
        chip_end(chip, value);
}

static void chip_write_data(struct pic_chip *chip, uint8_t value)
{
    uint8_t last = chip->needs_icw4 ? PIC_STEP_ICW4 : PIC_STEP_READY;
    switch (chip->step) {
    case PIC_STEP_ICW2:
        chip->base = value & 0xf8;
        chip->step = chip->single ? last : PIC_STEP_ICW3;
        break;
    case PIC_STEP_ICW3:
        chip->step = last;
        break;
    case PIC_STEP_ICW4:
        chip->automatic_eoi = value & ICW4_AUTOMATIC_EOI;
        chip->special_nested = value & ICW4_SPECIAL_NESTED;
        chip->step = PIC_STEP_READY;
        break;
    default:
        chip->masked = value;
    }
}

void pic_reset(struct pic *pic)
{
    for (unsigned i = MASTER; i <= SLAVE; i++)
        pic->chip[i] = (struct pic_chip){.masked = 0xff, .base = i == MASTER ? 0x08 : 0x70, .lowest = 7};
}

// Tells which chip a port belongs to; false if to none.
static bool port_chip(uint16_t port, unsigned *which)
{
    *which = port >= PIC_SLAVE_COMMAND ? SLAVE : MASTER;
    return (port & ~1) == PIC_MASTER_COMMAND || (port & ~1) == PIC_SLAVE_COMMAND;
}

void pic_write(struct pic *pic, uint16_t port, uint8_t value)
{
    unsigned which;
    if (!port_chip(port, &which))
        return;
    if (port & 1)
        chip_write_data(&pic->chip[which], value);
    else
        chip_write_command(&pic->chip[which], value);
}

// The answer to a poll: bit 7 and the number of the input, which is now in service; or 0.
static uint8_t pic_poll(struct pic *pic, unsigned which)
{
    struct pic_chip *chip = &pic->chip[which];
    unsigned input = chip_request(chip, pic_cascade(pic, which));
    chip->poll = false;
    if (input == NONE)
        return 0;
    chip_acknowledge(chip, input);
    return (uint8_t)(0x80 | input);
}

uint8_t pic_read(struct pic *pic, uint16_t port)
{
    unsigned which;
    if (!port_chip(port, &which))
        return 0xff;
    const struct pic_chip *chip = &pic->chip[which];
    if (chip->poll)
        return pic_poll(pic, which);
    if (port & 1)
        return chip->masked;
    return chip->read_in_service ? chip->in_service : chip->requested | pic_cascade(pic, which);
}

void pic_raise(struct pic *pic, unsigned irq)
{
    if (irq < PIC_LINES && irq != PIC_CASCADE)
        pic->chip[irq / 8].requested |= (uint8_t)(1 << irq % 8);
}

// Asked for after every change of the interrupt flag: mostly there is nothing, and that is seen at once.
bool pic_pending(const struct pic *pic)
{
    if ((pic->chip[MASTER].requested | pic->chip[SLAVE].requested) == 0) {
        return false;
    }
    return chip_request(&pic->chip[MASTER], pic_cascade(pic, MASTER)) != NONE;
}

int pic_acknowledge(struct pic *pic)
{
    unsigned which = MASTER;
    unsigned input = chip_request(&pic->chip[MASTER], pic_cascade(pic, MASTER));
    if (input == NONE)
        return -1;
    if (input == PIC_CASCADE) {
        chip_acknowledge(&pic->chip[MASTER], input);
        which = SLAVE;
        input = chip_request(&pic->chip[SLAVE], 0);
    }
    chip_acknowledge(&pic->chip[which], input);
    return pic->chip[which].base + (int)input;
}
