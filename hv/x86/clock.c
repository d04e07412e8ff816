// SPDX-License-Identifier: MIT
/*
 * Calibration and reading of the clock.
 */
#include "x86/clock.h"

#include "x86/apic.h"
#include "x86/instruction.h"

#define NS_PER_SECOND 1000000000ull

/* The 8254's channel 2 counts CALIBRATION_TICKS once, while its gate is open (Intel 8254 datasheet, mode 0).
 */
#define PIT_HZ            1193182ull
#define CALIBRATION_TICKS 11932ull
#define CALIBRATIONS      3
#define PIT_CHANNEL_2     0x42
#define PIT_COMMAND       0x43
#define PIT_CHANNEL_2_ONE 0xb0
#define SYSTEM_PORT       0x61
#define SYSTEM_GATE       0x01
#define SYSTEM_OUTPUT     0x20

static struct {
    uint64_t tsc_hz, apic_hz;
    uint64_t tsc_base;
    uint32_t scale;
    uint8_t shift;
} state;

static void pit_wait(void)
{
    port_write8(SYSTEM_PORT, 0);
    port_write8(PIT_COMMAND, PIT_CHANNEL_2_ONE);
    port_write8(PIT_CHANNEL_2, CALIBRATION_TICKS & 0xff);
    port_write8(PIT_CHANNEL_2, CALIBRATION_TICKS >> 8);
    port_write8(SYSTEM_PORT, SYSTEM_GATE);
    while ((port_read8(SYSTEM_PORT) & SYSTEM_OUTPUT) == 0) {
        processor_relax();
    }
}

/* The scale for nanoseconds = ticks << shift * scale >> 32, as exact as 32 bits allow. */
static void scale_set(uint64_t hz)
{
    uint64_t whole = NS_PER_SECOND;

    state.shift = 0;
    while (whole >= hz) {
        whole >>= 1;
        state.shift++;
    }
    state.scale = (uint32_t)((whole << 32) / hz);
}

static uint64_t lesser(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* Whatever holds the processor up meanwhile makes a measurement longer, never shorter: the least one counts.
 */
void clock_open(void)
{
    uint64_t tsc = UINT64_MAX, apic = UINT64_MAX;

    for (unsigned i = 0; i < CALIBRATIONS; i++) {
        uint64_t start;

        apic_timer_start(UINT32_MAX);
        start = tsc_read();
        pit_wait();
        tsc = lesser(tsc, tsc_read() - start);
        apic = lesser(apic, UINT32_MAX - apic_timer_left());
    }
    apic_timer_start(0);
    state.tsc_base = tsc_read();
    state.tsc_hz = tsc * PIT_HZ / CALIBRATION_TICKS;
    state.apic_hz = apic * PIT_HZ / CALIBRATION_TICKS;
    scale_set(state.tsc_hz);
}

static uint64_t scaled(uint64_t ticks)
{
    return (uint64_t)((unsigned __int128)(ticks << state.shift) * state.scale >> 32);
}

uint64_t clock_now(void)
{
    return scaled(tsc_read() - state.tsc_base);
}

uint64_t clock_tsc_khz(void)
{
    return state.tsc_hz / 1000;
}

void clock_alarm(uint64_t deadline)
{
    uint64_t now = clock_now();
    uint64_t wait = deadline > now ? deadline - now : 0;
    uint64_t longest = (uint64_t)UINT32_MAX * 1000 / (state.apic_hz / 1000 + 1) * 1000;

    if (deadline == CLOCK_NEVER) {
        apic_timer_start(0);
        return;
    }
    if (wait > longest) {
        wait = longest;
    }
    apic_timer_start((uint32_t)(wait * (state.apic_hz / 1000) / (NS_PER_SECOND / 1000)) + 1);
}

void clock_publish(struct pv_clock *clock)
{
    clock->scale = state.scale;
    clock->shift = state.shift;
    clock->tsc_base = state.tsc_base;
    clock->ns_base = 0;
    clock->version = 2;
}
