// SPDX-License-Identifier: MIT
//
// A processor's local APIC in x2APIC mode, as a state machine: its registers are MSRs 0x800 to 0x83f.
//
// Time comes from the caller, in nanoseconds that never decrease; at divide 1 the timer counts them.
// Invariants: whatever is written, no loop is longer than the registers and there is no division by zero; a
// periodic timer's deadlines are at least APIC_PERIOD_LEAST apart. It has no locks: only its own processor
// touches it.
//
// Source: Intel SDM volume 3, chapter 11 (local APIC; 11.12: x2APIC). Differences: every interrupt is
// edge-triggered and of fixed delivery, so a message of another kind (NMI, INIT, start-up, SMI) is taken and
// ignored, and TMR is 0; LINT0, LINT1 and the error interrupt are stored without effect; a timer with an
// illegal vector does not raise anything. What the SDM calls reserved is refused, for the caller's #GP.
#ifndef PV_EMULATE_APIC_H
#define PV_EMULATE_APIC_H

#include <stdbool.h>
#include <stdint.h>

#define APIC_NEVER        UINT64_MAX // a deadline that does not come
#define APIC_PERIOD_LEAST 100000ull  // nanoseconds

enum {
    APIC_REGISTERS = 64,
    APIC_WORDS = 4, // of 64 vectors

    // Numbers of registers: an MSR is APIC_MSR + a number.
    APIC_MSR = 0x800,
    APIC_ID = 0x02,
    APIC_VERSION = 0x03,
    APIC_TPR = 0x08,
    APIC_PPR = 0x0a,
    APIC_EOI = 0x0b,
    APIC_LDR = 0x0d,
    APIC_SVR = 0x0f,
    APIC_ISR = 0x10, // the first of eight, as the next two
    APIC_TMR = 0x18,
    APIC_IRR = 0x20,
    APIC_ESR = 0x28,
    APIC_ICR = 0x30,
    APIC_LVT_TIMER = 0x32,
    APIC_LVT_LINT0 = 0x35,
    APIC_LVT_LINT1 = 0x36,
    APIC_LVT_ERROR = 0x37,
    APIC_INITIAL = 0x38,
    APIC_CURRENT = 0x39,
    APIC_DIVIDE = 0x3e,
    APIC_SELF = 0x3f,
};

struct apic {
    uint64_t registers[APIC_REGISTERS]; // those that are plain, by their numbers
    uint64_t requested[APIC_WORDS];     // IRR
    uint64_t in_service[APIC_WORDS];    // ISR
    uint64_t started;                   // when the timer stood at its initial count
    uint64_t deadline;                  // when it raises its interrupt next, or APIC_NEVER
    uint32_t errors;                    // since ESR was written last
    bool running;                       // the timer counts, or has counted down unnoticed
};

// An interrupt for processors (a bit each, by APIC ID) up to 63; they need not exist. None: no message.
struct apic_message {
    uint64_t targets;
    uint8_t vector;
};

// The state after a reset, switched to x2APIC mode: disabled by software, everything masked. id: below 64.
void apic_reset(struct apic *apic, uint32_t id);

// Reads register `number` at time now into *value. False if that is to raise #GP; then *value is unchanged.
bool apic_read(const struct apic *apic, unsigned number, uint64_t now, uint64_t *value);

// Writes register `number` at time now; *message says what is to be sent. False if that is to raise #GP; then
// nothing has changed, and there is no message. apic_deadline() may be another afterwards.
bool apic_write(struct apic *apic, unsigned number, uint64_t value, uint64_t now,
                struct apic_message *message);

// Interrupts came, whose vectors are from 64 * word on, a bit each. They are lost if it is disabled.
void apic_request(struct apic *apic, unsigned word, uint64_t vectors);

// The vector that would be acknowledged; -1 if there is none of a priority above the processor's.
int apic_first(const struct apic *apic);

// Whether the processor is asked for an interrupt. Mostly there is none, and that is seen at once.
static inline bool apic_pending(const struct apic *apic)
{
    const uint64_t *set = apic->requested;
    return (set[0] | set[1] | set[2] | set[3]) != 0 && apic_first(apic) >= 0;
}

// The processor takes the first interrupt, at time now: returns its vector, which is in service from then on,
// or -1 if there is none. apic_deadline() may be another afterwards.
int apic_acknowledge(struct apic *apic, uint64_t now);

// When apic_expire() is due; APIC_NEVER if that would change nothing.
uint64_t apic_deadline(const struct apic *apic);

// Lets the timer have run until now: raises its interrupt if its deadline is reached, and moves on to the
// next.
void apic_expire(struct apic *apic, uint64_t now);

#endif
