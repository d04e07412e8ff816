// SPDX-License-Identifier: MIT
//
// The pair of 8259A interrupt controllers of a PC, as a state machine: ports 0x20, 0x21 (master) and
// 0xa0, 0xa1 (slave, on input 2 of the master).
//
// Invariant: whatever is written, in whatever order, the state stays one that the operations below accept.
// It has no locks: the caller serialises.
//
// Source: Intel 8259A datasheet (231468). Differences: inputs are always edge-triggered (the LTIM bit is
// accepted without effect) and an edge stays latched until it is acknowledged; vectors are always those of
// 8086 mode; the wiring of the cascade is that of a PC, whatever ICW3 says.
#ifndef PV_EMULATE_PIC_H
#define PV_EMULATE_PIC_H

#include <stdbool.h>
#include <stdint.h>

enum {
    PIC_MASTER_COMMAND = 0x20,
    PIC_MASTER_DATA = 0x21,
    PIC_SLAVE_COMMAND = 0xa0,
    PIC_SLAVE_DATA = 0xa1,
    PIC_LINES = 16,
    PIC_CASCADE = 2, // the input of the master that the slave is on
};

// What the next write to the data port means.
enum pic_step { PIC_STEP_READY, PIC_STEP_ICW2, PIC_STEP_ICW3, PIC_STEP_ICW4 };

struct pic_chip {
    uint8_t requested;  // IRR
    uint8_t in_service; // ISR
    uint8_t masked;     // IMR
    uint8_t base;       // vector of input 0, a multiple of 8
    uint8_t lowest;     // input of lowest priority; the one after it has the highest
    uint8_t step;       // enum pic_step
    bool single;        // ICW1: no ICW3 follows
    bool needs_icw4;    // ICW1: an ICW4 follows
    bool automatic_eoi;
    bool rotate; // each automatic end of interrupt rotates the priorities
    bool special_mask;
    bool special_nested;  // special fully nested mode
    bool read_in_service; // the command port reads the ISR instead of the IRR
    bool poll;            // the next read is a poll
};

struct pic {
    struct pic_chip chip[2]; // master, slave
};

// The state in which the firmware of a PC leaves the controllers (vectors from 0x08 and 0x70), with every
// input masked.
void pic_reset(struct pic *pic);

// Writes value to one of the four ports. Another port is ignored.
void pic_write(struct pic *pic, uint16_t port, uint8_t value);

// Reads one of the four ports; 0xff for another port. A read after a poll command acknowledges.
uint8_t pic_read(struct pic *pic, uint16_t port);

// A rising edge on input irq (0 to 15). Ignored: input 2, which is the cascade, and numbers above 15.
void pic_raise(struct pic *pic, unsigned irq);

// Whether the controllers ask the processor for an interrupt.
bool pic_pending(const struct pic *pic);

// The processor's acknowledge cycle: returns the vector (0 to 255) and puts its input in service,
// or returns -1 if nothing is pending (the hardware would give a spurious interrupt).
int pic_acknowledge(struct pic *pic);

#endif
