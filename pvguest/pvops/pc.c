// SPDX-License-Identifier: MIT
// Drivers for the devices of a classic PC, each in the smallest form that does what the shim needs.
#include "pvops/pc.h"

#include "pvops/backend.h"
#include "pvops/privileged.h"

// The two 8259A interrupt controllers (Intel 231468).
enum {
    PIC_MASTER = 0x20, // command; data is the next port
    PIC_SLAVE = 0xa0,
    PIC_DATA = 1,
    PIC_CASCADE = 2, // the master's input that the slave is on
    PIC_ICW1 = 0x11, // initialise; edge-triggered, cascaded, ICW4 follows
    PIC_ICW4 = 0x01, // 8086 mode
    PIC_READ_SERVED = 0x0b,
    PIC_END = 0x20, // end of the interrupt of highest priority
    PIC_ALL = 0xff,
    PIC_LOWEST = 7,
};

// The 8254 interval timer (Intel 231164).
enum {
    PIT_CHANNEL_0 = 0x40,
    PIT_CHANNEL_2 = 0x42,
    PIT_CONTROL = 0x43,
    PIT_ONE_SHOT = 0x30,   // channel 0, low then high byte, mode 0: one interrupt when the count is done
    PIT_ONE_SHOT_2 = 0xb0, // the same with channel 2
    PIT_COUNT_MAX = 0xffff,
    CALIBRATION_COUNT = 11932, // 10 ms
    SPEAKER_PORT = 0x61,
    SPEAKER_GATE = 0x01, // of channel 2
    SPEAKER_ON = 0x02,
    SPEAKER_OUTPUT = 0x20, // of channel 2
    PIT_HZ = 1193182,
    NS_PER_SECOND = 1000000000,
};

// The first 16550 serial port (National Semiconductor PC16550D).
enum {
    SERIAL_DATA = 0x3f8,
    SERIAL_INTERRUPTS = 0x3f9,
    SERIAL_QUEUES = 0x3fa,
    SERIAL_LINE = 0x3fb,
    SERIAL_MODEM = 0x3fc,
    SERIAL_STATUS = 0x3fd,
    SERIAL_RECEIVED = 0x01, // in the status: a byte has arrived
    SERIAL_EMPTY = 0x20,    // in the status: the transmit queue is empty
    SERIAL_NOBODY = 0xff,   // what is read where there is no port: all is sent, and nothing comes
    SERIAL_QUEUE_SIZE = 16,
};

// QEMU's isa-debug-exit, and the keyboard controller's line to the processor's reset (Intel 8042).
enum { EXIT_PORT = 0xf4, KEYBOARD_COMMAND = 0x64, KEYBOARD_RESET = 0xfe };

struct port_setting {
    uint16_t port;
    uint8_t value;
};

// What is written at the start, in this order.
static const struct port_setting settings[] = {
    // Interrupt controllers: vectors, wiring, mode; then all inputs but the two in use are masked.
    {PIC_MASTER, PIC_ICW1},
    {PIC_MASTER + PIC_DATA, PV_VECTOR_EXCEPTIONS},
    {PIC_MASTER + PIC_DATA, 1 << PIC_CASCADE},
    {PIC_MASTER + PIC_DATA, PIC_ICW4},
    {PIC_SLAVE, PIC_ICW1},
    {PIC_SLAVE + PIC_DATA, PV_VECTOR_EXCEPTIONS + 8},
    {PIC_SLAVE + PIC_DATA, PIC_CASCADE},
    {PIC_SLAVE + PIC_DATA, PIC_ICW4},
    {PIC_MASTER + PIC_DATA, PIC_ALL & ~(1 << PC_INTERRUPT_TIMER | 1 << PC_INTERRUPT_SERIAL)},
    {PIC_SLAVE + PIC_DATA, PIC_ALL},
    // Timer: stopped, since no count follows.
    {PIT_CONTROL, PIT_ONE_SHOT},
    // Serial port: 115200 baud, 8 bits, no parity; queues on and empty; interrupt line connected; interrupt
    // for received bytes.
    {SERIAL_LINE, 0x80}, // the next two are the divisor
    {SERIAL_DATA, 1},
    {SERIAL_INTERRUPTS, 0},
    {SERIAL_LINE, 0x03},
    {SERIAL_QUEUES, 0x07},
    {SERIAL_MODEM, 0x0b},
    {SERIAL_INTERRUPTS, 0x01},
};

void pc_start(void)
{
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
        port_write(settings[i].port, settings[i].value);
}

void pc_interrupt_allow(enum pc_interrupt input)
{
    uint8_t masked = port_read(PIC_MASTER + PIC_DATA);

    port_write(PIC_MASTER + PIC_DATA, masked & (uint8_t) ~(1U << input));
}

// Whether a controller really serves its lowest input. A line that fell back before the processor asked is
// reported as that input without being served.
static bool pic_serves_lowest(uint16_t controller)
{
    port_write(controller, PIC_READ_SERVED);
    return port_read(controller) & 1 << PIC_LOWEST;
}

bool pc_interrupt_take(unsigned vector)
{
    unsigned input = vector - PV_VECTOR_EXCEPTIONS;
    uint16_t controller = input < 8 ? PIC_MASTER : PIC_SLAVE;
    bool real = input % 8 != PIC_LOWEST || pic_serves_lowest(controller);

    if (real)
        port_write(controller, PIC_END);
    if (controller == PIC_SLAVE)
        port_write(PIC_MASTER, PIC_END);
    return real;
}

// Waits for the count of channel 2, which makes no interrupt: its output is a bit of a port.
static void pit_wait(uint16_t count)
{
    uint8_t control = port_read(SPEAKER_PORT) & ~(SPEAKER_ON | SPEAKER_GATE);

    port_write(SPEAKER_PORT, control);
    port_write(PIT_CONTROL, PIT_ONE_SHOT_2);
    port_write(PIT_CHANNEL_2, (uint8_t)count);
    port_write(PIT_CHANNEL_2, (uint8_t)(count >> 8));
    port_write(SPEAKER_PORT, control | SPEAKER_GATE);
    while (!(port_read(SPEAKER_PORT) & SPEAKER_OUTPUT)) {
    }
}

// The largest scale of 32 bits: nanoseconds = (ticks << shift) * scale >> 32.
static void clock_scale_set(struct pv_clock *clock, uint64_t hz)
{
    uint64_t scale = ((uint64_t)NS_PER_SECOND << 32) / hz;

    while (scale > UINT32_MAX) {
        scale >>= 1;
        clock->shift++;
    }
    clock->scale = (uint32_t)scale;
}

void pc_clock_start(struct pv_clock *clock)
{
    uint64_t start = __builtin_ia32_rdtsc();

    pit_wait(CALIBRATION_COUNT);
    clock->tsc_base = __builtin_ia32_rdtsc();
    clock_scale_set(clock, (clock->tsc_base - start) * PIT_HZ / CALIBRATION_COUNT);
}

void pc_timer_arm(uint64_t ns)
{
    uint64_t longest = (uint64_t)PIT_COUNT_MAX * NS_PER_SECOND / PIT_HZ;
    uint64_t count = ns < longest ? ns * PIT_HZ / NS_PER_SECOND + 1 : PIT_COUNT_MAX;

    port_write(PIT_CONTROL, PIT_ONE_SHOT);
    port_write(PIT_CHANNEL_0, (uint8_t)count);
    port_write(PIT_CHANNEL_0, (uint8_t)(count >> 8));
}

void pc_timer_disarm(void)
{
    port_write(PIT_CONTROL, PIT_ONE_SHOT);
}

size_t pc_serial_write(const char *bytes, size_t length)
{
    size_t room = port_read(SERIAL_STATUS) & SERIAL_EMPTY ? SERIAL_QUEUE_SIZE : 0;
    size_t count = length < room ? length : room;

    for (size_t i = 0; i < count; i++)
        port_write(SERIAL_DATA, (uint8_t)bytes[i]);
    return count;
}

static bool serial_has_byte(void)
{
    uint8_t status = port_read(SERIAL_STATUS);

    return status & SERIAL_RECEIVED && status != SERIAL_NOBODY;
}

size_t pc_serial_read(char *bytes, size_t length)
{
    size_t count = 0;

    while (count < length && serial_has_byte())
        bytes[count++] = (char)port_read(SERIAL_DATA);
    return count;
}

void pc_exit(uint8_t reason)
{
    port_write(EXIT_PORT, reason);
    port_write(KEYBOARD_COMMAND, KEYBOARD_RESET);
}
