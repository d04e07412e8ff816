// SPDX-License-Identifier: MIT
//
// The 8254. Nothing counts: a channel remembers when its count began; what a register or an output shows is
// computed when it is asked for. A count written at tick t begins at t + 1, with the clock's next pulse.
#include "emulate/pit.h"

enum {
    CHANNELS = 3,
    SPEAKER_CHANNEL = 2,
    ACCESS_LATCH = 0, // in a control word
    ACCESS_LOW = 1,
    ACCESS_HIGH = 2,
    ACCESS_BOTH = 3,
    CONTROL_READ_BACK = 3, // in place of a channel
    READ_BACK_NO_COUNT = 0x20,
    READ_BACK_NO_STATUS = 0x10,
    STATUS_OUTPUT = 0x80,
    STATUS_NULL_COUNT = 0x40,
    SYSTEM_GATE = 0x01,
    SYSTEM_WRITABLE = 0x0f,
    SYSTEM_REFRESH = 0x10, // toggles with each refresh of the memory
    SYSTEM_OUTPUT = 0x20,
    REFRESH_TICKS = 18,
};

static bool channel_periodic(const struct pit_channel *channel)
{
    return channel->mode == 2 || channel->mode == 3;
}

// Modes 0 and 4 count from when they are written, and pause while the gate is low.
static bool channel_immediate(const struct pit_channel *channel)
{
    return channel->mode == 0 || channel->mode == 4;
}

// Ticks since the count began.
static uint64_t channel_elapsed(const struct pit_channel *channel, uint64_t now)
{
    if (channel->state == PIT_HELD)
        return channel->held;
    return now > channel->origin ? now - channel->origin : 0;
}

// Moves the origin of a periodic channel to the start of the current period, and takes over a new count.
static void channel_advance(struct pit_channel *channel, uint64_t now)
{
    if (channel->state != PIT_COUNTING || !channel_periodic(channel))
        return;
    if (channel->next && channel_elapsed(channel, now) >= channel->count) {
        channel->origin += channel->count;
        channel->count = channel->next;
        channel->next = 0;
    }
    uint64_t elapsed = channel_elapsed(channel, now);
    channel->origin += elapsed - elapsed % channel->count;
}

static void channel_begin(struct pit_channel *channel, uint64_t now)
{
    if (channel->next)
        channel->count = channel->next;
    channel->next = 0;
    channel->state = PIT_COUNTING;
    channel->origin = now + 1;
}

// The level of the output. Here and below, the channel has been advanced to now.
static bool channel_output(const struct pit_channel *channel, uint64_t now)
{
    uint64_t elapsed = channel_elapsed(channel, now);
    if (channel->state == PIT_IDLE)
        return channel->mode != 0;
    switch (channel->mode) {
    case 0:
    case 1:
        return elapsed >= channel->count;
    case 2:
        return elapsed != channel->count - 1;
    case 3:
        return elapsed < (channel->count + 1) / 2;
    default:
        return elapsed != channel->count;
    }
}

// The count as a number. Mode 3 counts down in twos, twice in a period.
static uint32_t channel_count(const struct pit_channel *channel, uint64_t now)
{
    uint32_t modulus = channel->bcd ? 10000 : 0x10000;
    uint32_t elapsed = (uint32_t)(channel_elapsed(channel, now) % modulus);
    if (channel->state == PIT_IDLE)
        return channel->count % modulus;
    if (channel->mode != 3)
        return (channel->count + modulus - elapsed) % modulus;
    uint32_t half = (channel->count + 1) / 2;
    return ((channel->count & ~1u) - 2 * (elapsed < half ? elapsed : elapsed - half)) % modulus;
}

// The initial count that a register's value stands for: 0 is the largest; a digit above 9 counts as 9.
static uint32_t channel_initial(const struct pit_channel *channel, uint16_t value)
{
    if (!channel->bcd)
        return value ? value : 0x10000;
    uint32_t count = 0;
    for (int shift = 12; shift >= 0; shift -= 4) {
        uint32_t digit = value >> shift & 15;
        count = count * 10 + (digit < 9 ? digit : 9);
    }
    return count ? count : 10000;
}

static uint16_t channel_register(const struct pit_channel *channel, uint64_t now)
{
    uint32_t count = channel_count(channel, now);
    if (!channel->bcd)
        return (uint16_t)count;
    return (uint16_t)(count / 1000 << 12 | count / 100 % 10 << 8 | count / 10 % 10 << 4 | count % 10);
}

// Takes a complete count. In a running channel of modes 2 and 3 it waits for the end of the period, in one
// of modes 1 and 5 for the next trigger. A count of 1, not allowed in modes 2 and 3, is taken as 2.
static void channel_load(struct pit_channel *channel, uint16_t value, uint64_t now)
{
    uint32_t count = channel_initial(channel, value);
    if (channel_periodic(channel) && count == 1)
        count = 2;
    if (channel->state == PIT_COUNTING && !channel_immediate(channel)) {
        channel->next = count;
        return;
    }
    channel->count = count;
    channel->next = 0;
    channel->held = 0;
    if (channel->gate && channel->mode != 1 && channel->mode != 5)
        channel_begin(channel, now);
    else if (channel_immediate(channel))
        channel->state = PIT_HELD;
}

static void channel_write(struct pit_channel *channel, uint8_t value, uint64_t now)
{
    if (channel->access == ACCESS_BOTH && !channel->write_high) {
        channel->low = value;
        channel->write_high = true;
        if (channel->mode == 0)
            channel->state = PIT_IDLE; // the first byte stops it, and its output falls
        return;
    }
    channel->write_high = false;
    channel_load(channel, channel->access == ACCESS_LOW ? value : value << 8 | channel->low, now);
}

static void channel_gate(struct pit_channel *channel, bool gate, uint64_t now)
{
    bool rises = gate && !channel->gate, falls = !gate && channel->gate;
    channel->gate = gate;
    if (falls && channel->state == PIT_COUNTING && channel_immediate(channel)) {
        channel->held = channel_elapsed(channel, now);
        channel->state = PIT_HELD;
    } else if (falls && channel_periodic(channel)) {
        channel->state = PIT_IDLE;
    } else if (rises && channel->state == PIT_HELD) {
        channel->origin = now - channel->held;
        channel->state = PIT_COUNTING;
    } else if (rises && !channel_immediate(channel) && channel->count) {
        channel_begin(channel, now);
    }
}

static void channel_latch_count(struct pit_channel *channel, uint64_t now)
{
    if (channel->latched)
        return;
    channel->latch = channel_register(channel, now);
    channel->latched = channel->access == ACCESS_BOTH ? 2 : 1;
}

static void channel_latch_status(struct pit_channel *channel, uint64_t now)
{
    bool loading = channel->state == PIT_COUNTING && now < channel->origin;
    uint8_t output = channel_output(channel, now) ? STATUS_OUTPUT : 0;
    uint8_t null_count = !channel->count || channel->next || loading ? STATUS_NULL_COUNT : 0;
    if (!channel->latch_status)
        channel->status = output | null_count | channel->access << 4 | channel->mode << 1 | channel->bcd;
    channel->latch_status = true;
}

static uint8_t channel_read(struct pit_channel *channel, uint64_t now)
{
    if (channel->latch_status) {
        channel->latch_status = false;
        return channel->status;
    }
    uint16_t value = channel->latched ? channel->latch : channel_register(channel, now);
    bool second = channel->latched ? channel->latched == 1 : channel->read_high;
    if (channel->latched)
        channel->latched--;
    else
        channel->read_high = !second;
    bool high = channel->access == ACCESS_HIGH || (channel->access == ACCESS_BOTH && second);
    return (uint8_t)(high ? value >> 8 : value);
}

// A mode above 5 is one of 2 and 3, as its highest bit does not count then.
static void channel_program(struct pit_channel *channel, uint8_t control)
{
    uint8_t mode = control >> 1 & 7;
    *channel = (struct pit_channel){
        .mode = mode > 5 ? mode & 3 : mode,
        .access = control >> 4 & 3,
        .bcd = control & 1,
        .gate = channel->gate,
    };
}

static void pit_read_back(struct pit *pit, uint8_t control, uint64_t now)
{
    for (unsigned i = 0; i < CHANNELS; i++) {
        bool selected = control >> i & 2;
        if (selected && !(control & READ_BACK_NO_COUNT))
            channel_latch_count(&pit->channel[i], now);
        if (selected && !(control & READ_BACK_NO_STATUS))
            channel_latch_status(&pit->channel[i], now);
    }
}

static void pit_control(struct pit *pit, uint8_t control, uint64_t now)
{
    unsigned which = control >> 6;
    if (which == CONTROL_READ_BACK)
        pit_read_back(pit, control, now);
    else if ((control >> 4 & 3) == ACCESS_LATCH)
        channel_latch_count(&pit->channel[which], now);
    else
        channel_program(&pit->channel[which], control);
}

// The first tick after now at which the output rises, or PIT_NEVER.
static uint64_t channel_rise(const struct pit_channel *channel, uint64_t now)
{
    uint64_t rise = channel->origin + channel->count + (channel->mode >= 4 ? 1 : 0);
    return channel->state == PIT_COUNTING && rise > now ? rise : PIT_NEVER;
}

// Brings everything to tick now, before anything is read or changed.
static void pit_advance(struct pit *pit, uint64_t now)
{
    for (unsigned i = 0; i < CHANNELS; i++)
        channel_advance(&pit->channel[i], now);
    if (now >= pit->deadline)
        pit->risen = true;
    pit->deadline = channel_rise(&pit->channel[0], now);
}

void pit_reset(struct pit *pit)
{
    *pit = (struct pit){.deadline = PIT_NEVER};
    for (unsigned i = 0; i < CHANNELS; i++)
        pit->channel[i] = (struct pit_channel){.access = ACCESS_BOTH, .gate = i != SPEAKER_CHANNEL};
}

void pit_write(struct pit *pit, uint16_t port, uint8_t value, uint64_t now)
{
    pit_advance(pit, now);
    if (port == PIT_SYSTEM) {
        pit->system = value & SYSTEM_WRITABLE;
        channel_gate(&pit->channel[SPEAKER_CHANNEL], value & SYSTEM_GATE, now);
    } else if (port == PIT_CONTROL) {
        pit_control(pit, value, now);
    } else if (port >= PIT_CHANNEL_0 && port <= PIT_CHANNEL_2) {
        channel_write(&pit->channel[port - PIT_CHANNEL_0], value, now);
    }
    pit->deadline = channel_rise(&pit->channel[0], now);
}

uint8_t pit_read(struct pit *pit, uint16_t port, uint64_t now)
{
    pit_advance(pit, now);
    if (port >= PIT_CHANNEL_0 && port <= PIT_CHANNEL_2)
        return channel_read(&pit->channel[port - PIT_CHANNEL_0], now);
    if (port != PIT_SYSTEM)
        return 0xff;
    uint8_t output = channel_output(&pit->channel[SPEAKER_CHANNEL], now) ? SYSTEM_OUTPUT : 0;
    uint8_t refresh = now / REFRESH_TICKS & 1 ? SYSTEM_REFRESH : 0;
    return pit->system | refresh | output;
}

uint64_t pit_deadline(const struct pit *pit)
{
    return pit->risen ? 0 : pit->deadline;
}

bool pit_expire(struct pit *pit, uint64_t now)
{
    pit_advance(pit, now);
    bool risen = pit->risen;
    pit->risen = false;
    return risen;
}
