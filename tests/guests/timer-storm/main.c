// SPDX-License-Identifier: MIT
/*
 * timer-storm: in mode=trap, asks the 8254 for as many interrupts as it can give.
 *
 * What: channel 0 in mode 2 with a count of 2, the least there is: a rising edge every 1.7 microseconds. Its
 * interrupt stays masked in the 8259, so that the guest itself is never woken, and it halts for ever.
 *
 * Why: a virtual timer is a real one of the hypervisor's. If each of its ticks is waited for, also those that
 * nobody will see, then a guest that sleeps keeps the processor busy with interrupts, and everybody else, the
 * hypervisor's console included, waits for ever.
 *
 * How: the test starts several of these, and asks another guest and the hypervisor's console for something.
 * It cannot report a success itself.
 */
#include "tests/guests/runtime/test.h"

const char test_name[] = "timer-storm";

/* The 8254 (Intel 8254 data sheet): channel 0, both bytes of the count, mode 2. */
#define PIT_CHANNEL_0 0x40
#define PIT_CONTROL   0x43
#define PIT_RATE      0x34
#define PIT_COUNT     2

static void out(uint16_t port, uint8_t value)
{
    __asm__ volatile("out %0, %1" : : "a"(value), "Nd"(port));
}

void test_main(void)
{
    if (start_info->mode != PV_MODE_TRAP)
        test_error("only mode=trap has an 8254");
    print("programming the timer\n");
    out(PIT_CONTROL, PIT_RATE);
    out(PIT_CHANNEL_0, PIT_COUNT);
    out(PIT_CHANNEL_0, 0);
    for (;;)
        __asm__ volatile("sti; hlt");
}
