// SPDX-License-Identifier: MIT
//
// The 8254 interval timer of a PC, as a state machine: ports 0x40 to 0x43, and port 0x61 for gate and output
// of channel 2. Channel 0 drives IRQ 0; its gate, and that of channel 1, is always high.
//
// Time comes from the caller, in ticks of 1,193,182 Hz that never decrease and start where the caller likes.
// Invariants: whatever is written, no loop and no division by zero; a channel's period is at least 2 ticks.
// A guest may ask for an interrupt every two ticks: how often it gets one is the caller's policy
// (pit_expire() reports any number of missed ticks as one). It has no locks: the caller serialises.
//
// Source: Intel 8254 datasheet (231164). Where that leaves a result undefined, some defined value is read. An
// edge of output 0 that comes from reprogramming it, not from counting, is not reported.
#ifndef PV_EMULATE_PIT_H
#define PV_EMULATE_PIT_H

#include <stdbool.h>
#include <stdint.h>

#define PIT_HZ    1193182u   // ticks per second
#define PIT_NEVER UINT64_MAX // a deadline that does not come

enum {
    PIT_CHANNEL_0 = 0x40,
    PIT_CHANNEL_1 = 0x41,
    PIT_CHANNEL_2 = 0x42,
    PIT_CONTROL = 0x43,
    PIT_SYSTEM = 0x61, // "system control port B": gate and output of channel 2, speaker, refresh
};

enum pit_state {
    PIT_IDLE,     // no count written, or no trigger yet in modes 1 and 5, or gate low in modes 2 and 3
    PIT_COUNTING, // the count began at tick `origin`
    PIT_HELD,     // gate low in modes 0 and 4, `held` ticks after it began
};

struct pit_channel {
    uint64_t origin; // PIT_COUNTING: tick at which the count stood at `count`; periodic modes: of this period
    uint64_t held;   // PIT_HELD: ticks
    uint32_t count;  // initial count of this run: 1 to 65536; 0 before the first
    uint32_t next;   // periodic modes: count from the next period on; 0 if there is no new one
    uint8_t state;   // enum pit_state
    uint8_t mode;    // 0 to 5
    uint8_t access;  // 1 low byte, 2 high byte, 3 low then high
    bool bcd;
    bool gate;
    bool write_high;   // access 3: the next byte written is the high one
    bool read_high;    // access 3: the next byte read is the high one
    bool latch_status; // the next read gives `status`
    uint8_t low;       // access 3: the low byte written
    uint8_t latched;   // how many bytes of `latch` are still to be read
    uint8_t status;
    uint16_t latch;
};

struct pit {
    struct pit_channel channel[3];
    uint64_t deadline; // the next rise of IRQ 0
    bool risen;        // it rose and pit_expire() has not said so yet
    uint8_t system;    // the bits of port 0x61 that can be written
};

// The state after power-on: all channels idle, no deadline.
void pit_reset(struct pit *pit);

// Writes value to port 0x40 to 0x43 or 0x61 at tick now. Another port is ignored.
// pit_deadline() may be another afterwards.
void pit_write(struct pit *pit, uint16_t port, uint8_t value, uint64_t now);

// Reads port 0x40 to 0x42 or 0x61 at tick now; 0xff for another port (0x43 cannot be read).
uint8_t pit_read(struct pit *pit, uint16_t port, uint64_t now);

// The tick at which IRQ 0 rises next, or PIT_NEVER; 0 if pit_expire() is due at once.
uint64_t pit_deadline(const struct pit *pit);

// Whether IRQ 0 rose since the last call, up to tick now, any number of times; moves on to the next deadline.
bool pit_expire(struct pit *pit, uint64_t now);

#endif
