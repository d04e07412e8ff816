// SPDX-License-Identifier: MIT
//
// The local APIC. What may be read and written is a table; what a register means besides holding its value is
// in apic_read() and apic_write().
#include "emulate/apic.h"

enum {
    READ = 1,
    WRITE = 2,

    VERSION = 0x30014, // integrated; the last of four LVT entries is number 3
    SVR_RESET = 0xff,
    SVR_ENABLED = 0x100,

    LVT_MASKED = 0x10000,
    LVT_PERIODIC = 0x20000,
    LVT_STATE = 0x5000, // delivery status and remote IRR, which are only read

    VECTOR = 0xff,
    VECTOR_FIRST = 16, // those below are illegal
    ERROR_SEND_ILLEGAL = 0x20,

    ICR_DELIVERY = 0x700, // 0: fixed
    ICR_LOGICAL = 0x800,
    ICR_DESTINATION_SHIFT = 32,
    ICR_SHORTHAND_SHIFT = 18,
    SHORTHAND_NONE = 0,
    SHORTHAND_SELF = 1,
    SHORTHAND_ALL = 2,

    CLUSTER_SHIFT = 16, // of a logical destination: below it are 16 processors, a bit each
    CLUSTER_SIZE = 16,
    CLUSTERS = 64 / CLUSTER_SIZE,
};

#define BROADCAST 0xffffffffull

// The bits that a write may have set, but for those of registers that cannot be written.
static const struct rule {
    uint8_t access;
    uint64_t bits;
} rules[APIC_REGISTERS] = {
    [APIC_ID] = {READ, 0},
    [APIC_VERSION] = {READ, 0},
    [APIC_TPR] = {READ | WRITE, 0xff},
    [APIC_PPR] = {READ, 0},
    [APIC_EOI] = {WRITE, 0},
    [APIC_LDR] = {READ, 0},
    [APIC_SVR] = {READ | WRITE, 0x1ff},
    [APIC_ISR... APIC_ISR + 7] = {READ, 0},
    [APIC_TMR... APIC_TMR + 7] = {READ, 0},
    [APIC_IRR... APIC_IRR + 7] = {READ, 0},
    [APIC_ESR] = {READ | WRITE, 0},
    [APIC_ICR] = {READ | WRITE, 0xffffffff000ccfff},
    [APIC_LVT_TIMER] = {READ | WRITE, 0x310ff},
    [APIC_LVT_LINT0] = {READ | WRITE, 0x1f7ff},
    [APIC_LVT_LINT1] = {READ | WRITE, 0x1f7ff},
    [APIC_LVT_ERROR] = {READ | WRITE, 0x110ff},
    [APIC_INITIAL] = {READ | WRITE, 0xffffffff},
    [APIC_CURRENT] = {READ, 0},
    [APIC_DIVIDE] = {READ | WRITE, 0xb},
    [APIC_SELF] = {WRITE, 0xff},
};

static const uint8_t lvt_entries[] = {APIC_LVT_TIMER, APIC_LVT_LINT0, APIC_LVT_LINT1, APIC_LVT_ERROR};

void apic_reset(struct apic *apic, uint32_t id)
{
    *apic = (struct apic){
        .registers =
            {
                [APIC_ID] = id,
                [APIC_VERSION] = VERSION,
                [APIC_LDR] = id / CLUSTER_SIZE << CLUSTER_SHIFT | 1u << id % CLUSTER_SIZE,
                [APIC_SVR] = SVR_RESET,
                [APIC_LVT_TIMER] = LVT_MASKED,
                [APIC_LVT_LINT0] = LVT_MASKED,
                [APIC_LVT_LINT1] = LVT_MASKED,
                [APIC_LVT_ERROR] = LVT_MASKED,
            },
        .deadline = APIC_NEVER,
    };
}

// ---- Interrupts and priorities ----

static bool is_enabled(const struct apic *apic)
{
    return apic->registers[APIC_SVR] & SVR_ENABLED;
}

// The highest vector of a set, or -1.
static int set_highest(const uint64_t set[APIC_WORDS])
{
    for (int word = APIC_WORDS - 1; word >= 0; word--) {
        if (set[word] != 0)
            return word * 64 + 63 - __builtin_clzll(set[word]);
    }
    return -1;
}

static uint64_t vector_bit(unsigned vector)
{
    return 1ull << vector % 64;
}

// The 32 vectors that one of eight registers shows.
static uint64_t set_part(const uint64_t set[APIC_WORDS], unsigned part)
{
    return set[part / 2] >> part % 2 * 32 & 0xffffffff;
}

// SDM volume 3, 11.8.3.1: the processor's priority.
static unsigned priority(const struct apic *apic)
{
    unsigned task = (unsigned)apic->registers[APIC_TPR];
    int vector = set_highest(apic->in_service);
    unsigned serving = vector < 0 ? 0 : (unsigned)vector & 0xf0;
    return task >> 4 >= serving >> 4 ? task : serving;
}

void apic_request(struct apic *apic, unsigned word, uint64_t vectors)
{
    if (is_enabled(apic))
        apic->requested[word] |= vectors;
}

int apic_first(const struct apic *apic)
{
    int vector = set_highest(apic->requested);
    return vector >= 0 && (unsigned)vector >> 4 > priority(apic) >> 4 ? vector : -1;
}

int apic_acknowledge(struct apic *apic, uint64_t now)
{
    apic_expire(apic, now);
    int vector = apic_first(apic);
    if (vector < 0)
        return -1;
    apic->requested[vector / 64] &= ~vector_bit((unsigned)vector);
    apic->in_service[vector / 64] |= vector_bit((unsigned)vector);
    return vector;
}

static void interrupt_end(struct apic *apic)
{
    int vector = set_highest(apic->in_service);
    if (vector >= 0)
        apic->in_service[vector / 64] &= ~vector_bit((unsigned)vector);
}

// ---- The timer ----

// Its divider, as a power of two (SDM volume 3, figure 11-10).
static unsigned timer_shift(const struct apic *apic)
{
    unsigned divide = (unsigned)apic->registers[APIC_DIVIDE];
    return ((divide >> 1 & 4) + (divide & 3) + 1) & 7;
}

static bool is_periodic(const struct apic *apic)
{
    return apic->registers[APIC_LVT_TIMER] & LVT_PERIODIC;
}

static uint64_t timer_period(const struct apic *apic)
{
    return apic->registers[APIC_INITIAL] << timer_shift(apic);
}

static uint64_t timer_count(const struct apic *apic, uint64_t now)
{
    uint64_t initial = apic->registers[APIC_INITIAL];
    uint64_t passed = (now - apic->started) >> timer_shift(apic);
    if (!apic->running)
        return 0;
    if (is_periodic(apic))
        return initial - passed % initial;
    return passed < initial ? initial - passed : 0;
}

// The first time after now at which the timer is to raise its interrupt. Shorter periods than the least are
// as if some of their interrupts came together.
static uint64_t timer_next(const struct apic *apic, uint64_t now)
{
    uint64_t entry = apic->registers[APIC_LVT_TIMER], period = timer_period(apic);
    if (!apic->running || (entry & LVT_MASKED) || (entry & VECTOR) < VECTOR_FIRST)
        return APIC_NEVER;
    if (!is_periodic(apic))
        return now - apic->started < period ? apic->started + period : APIC_NEVER;
    uint64_t skipped = period < APIC_PERIOD_LEAST ? APIC_PERIOD_LEAST - 1 : 0;
    uint64_t periods = (now + skipped - apic->started) / period + 1;
    return apic->started + periods * period;
}

// While its last interrupt waits, another one changes nothing.
uint64_t apic_deadline(const struct apic *apic)
{
    unsigned vector = apic->registers[APIC_LVT_TIMER] & VECTOR;
    return apic->requested[vector / 64] & vector_bit(vector) ? APIC_NEVER : apic->deadline;
}

void apic_expire(struct apic *apic, uint64_t now)
{
    unsigned vector = apic->registers[APIC_LVT_TIMER] & VECTOR;
    if (now < apic->deadline)
        return;
    apic_request(apic, vector / 64, vector_bit(vector));
    apic->deadline = timer_next(apic, now);
}

// Changes a register on which the timer depends. What it has counted until now stays as it is; once it has
// come to its end, only a new initial count starts it again.
static void timer_write(struct apic *apic, unsigned number, uint64_t value, uint64_t now)
{
    apic_expire(apic, now);
    uint64_t left = timer_count(apic, now);
    uint64_t done = apic->registers[APIC_INITIAL] - left;
    apic->running = left != 0;
    if (apic->running && is_periodic(apic))
        apic->started = now - (now - apic->started) % timer_period(apic);
    apic->registers[number] = value;
    if (number == APIC_INITIAL) {
        apic->running = value != 0;
        apic->started = now;
    } else if (number == APIC_DIVIDE) {
        apic->started = now - (done << timer_shift(apic));
    }
    apic->deadline = timer_next(apic, now);
}

// ---- Local vector table ----

static void lvt_write(struct apic *apic, unsigned number, uint64_t value, uint64_t now)
{
    value = (value & ~(uint64_t)LVT_STATE) | (is_enabled(apic) ? 0 : LVT_MASKED);
    if (number == APIC_LVT_TIMER)
        timer_write(apic, number, value, now);
    else
        apic->registers[number] = value;
}

// To disable it masks every entry.
static void svr_write(struct apic *apic, uint64_t value, uint64_t now)
{
    apic->registers[APIC_SVR] = value;
    if (is_enabled(apic))
        return;
    for (unsigned i = 0; i < sizeof(lvt_entries) / sizeof(lvt_entries[0]); i++)
        lvt_write(apic, lvt_entries[i], apic->registers[lvt_entries[i]], now);
}

// ---- Messages ----

static uint64_t id_bit(const struct apic *apic)
{
    return 1ull << apic->registers[APIC_ID];
}

static uint64_t physical_targets(uint64_t destination)
{
    return destination < 64 ? 1ull << destination : 0;
}

static uint64_t logical_targets(uint64_t destination)
{
    uint64_t cluster = destination >> CLUSTER_SHIFT;
    uint64_t members = destination & ((1u << CLUSTER_SIZE) - 1);
    return cluster < CLUSTERS ? members << cluster * CLUSTER_SIZE : 0;
}

static uint64_t destination_targets(uint64_t icr)
{
    uint64_t destination = icr >> ICR_DESTINATION_SHIFT;
    if (destination == BROADCAST)
        return UINT64_MAX;
    return icr & ICR_LOGICAL ? logical_targets(destination) : physical_targets(destination);
}

static uint64_t icr_targets(const struct apic *apic, uint64_t icr)
{
    switch (icr >> ICR_SHORTHAND_SHIFT & 3) {
    case SHORTHAND_NONE:
        return destination_targets(icr);
    case SHORTHAND_SELF:
        return id_bit(apic);
    case SHORTHAND_ALL:
        return UINT64_MAX;
    default: // all but itself
        return ~id_bit(apic);
    }
}

static void message_send(struct apic *apic, uint64_t targets, uint64_t vector, struct apic_message *message)
{
    if (vector < VECTOR_FIRST)
        apic->errors |= ERROR_SEND_ILLEGAL;
    else
        *message = (struct apic_message){targets, (uint8_t)vector};
}

static void icr_write(struct apic *apic, uint64_t icr, struct apic_message *message)
{
    apic->registers[APIC_ICR] = icr;
    if (!(icr & ICR_DELIVERY))
        message_send(apic, icr_targets(apic, icr), icr & VECTOR, message);
}

// ---- Registers ----

static bool is_allowed(unsigned number, uint8_t access)
{
    return number < APIC_REGISTERS && (rules[number].access & access);
}

static bool is_within(unsigned number, unsigned first)
{
    return number >= first && number < first + 8;
}

bool apic_read(const struct apic *apic, unsigned number, uint64_t now, uint64_t *value)
{
    if (!is_allowed(number, READ))
        return false;
    if (is_within(number, APIC_ISR))
        *value = set_part(apic->in_service, number - APIC_ISR);
    else if (is_within(number, APIC_IRR))
        *value = set_part(apic->requested, number - APIC_IRR);
    else if (number == APIC_PPR)
        *value = priority(apic);
    else if (number == APIC_CURRENT)
        *value = timer_count(apic, now);
    else
        *value = apic->registers[number];
    return true;
}

bool apic_write(struct apic *apic, unsigned number, uint64_t value, uint64_t now,
                struct apic_message *message)
{
    *message = (struct apic_message){0, 0};
    if (!is_allowed(number, WRITE) || (value & ~rules[number].bits))
        return false;
    switch (number) {
    case APIC_EOI:
        interrupt_end(apic);
        break;
    case APIC_SVR:
        svr_write(apic, value, now);
        break;
    case APIC_ESR: // shows what happened until it is written, not what happens afterwards
        apic->registers[APIC_ESR] = apic->errors;
        apic->errors = 0;
        break;
    case APIC_ICR:
        icr_write(apic, value, message);
        break;
    case APIC_LVT_TIMER:
    case APIC_LVT_LINT0:
    case APIC_LVT_LINT1:
    case APIC_LVT_ERROR:
        lvt_write(apic, number, value, now);
        break;
    case APIC_INITIAL:
    case APIC_DIVIDE:
        timer_write(apic, number, value, now);
        break;
    case APIC_SELF:
        message_send(apic, id_bit(apic), value, message);
        break;
    default:
        apic->registers[number] = value;
        break;
    }
    return true;
}
