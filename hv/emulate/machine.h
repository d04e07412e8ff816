// SPDX-License-Identifier: MIT
/*
 * The machine that a guest in mode=trap sees: a processor with its control registers and tables, and the
 * classic PC around it (8259 pair, 8254, 16550 at 0x3f8 on IRQ 4, and a port that ends the domain).
 */
#ifndef PV_EMULATE_MACHINE_H
#define PV_EMULATE_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/mode.h"
#include "core/vcpu.h"
#include "emulate/decode.h"
#include "emulate/pic.h"
#include "emulate/pit.h"
#include "emulate/uart.h"

/* A descriptor-table register. */
struct table_register {
    uint16_t limit;
    uint64_t base;
};

enum machine_notice { MACHINE_TIMER = 1, MACHINE_CONSOLE = 2 };

struct machine {
    uint32_t notices; /* enum machine_notice, set by any processor: what the devices have not been told yet */
    bool halted;      /* it sleeps, and only an interrupt ends that */
    uint64_t cr[16];
    uint64_t dr[8];
    uint64_t efer, star, lstar, sfmask, kernel_gs_base;
    struct table_register gdt, idt;
    uint16_t task;
    uint64_t task_base;
    struct pic pic;
    struct pit pit;
    struct uart uart;
    bool uart_line; /* the level of its interrupt when it was looked at last */

    /* The instruction that is being emulated, and the bytes that were fetched for it. */
    struct instruction instruction;
    union {
        uint64_t words[2];
        uint8_t bytes[16];
    } fetched;
    unsigned available; /* how many bytes */
};
_Static_assert(sizeof(struct machine) <= PAGE_SIZE, "a machine fits a page");

extern const struct mode mode_trap;

/** The machine of a virtual CPU. */
static inline struct machine *machine_of(struct vcpu *vcpu)
{
    return vcpu->mode_state;
}

/**
 * Brings the devices up to date with what has happened since, on the processor where the virtual CPU is
 * current: before the guest looks at one.
 */
void machine_refresh(struct vcpu *vcpu);

/** Sleeps until an interrupt can be delivered, with interrupts enabled. */
void machine_halt(struct vcpu *vcpu);

/** Moves what was typed into the serial port, as far as it goes. */
void machine_serial_feed(struct vcpu *vcpu);

/** Carries changes of the devices' interrupt lines on to the virtual CPU. */
void machine_lines_update(struct vcpu *vcpu);

/** Sets the virtual CPU's timer to the 8254's next interrupt. */
void machine_timer_update(struct vcpu *vcpu);

/** The time in ticks of the 8254. */
uint64_t machine_pit_now(void);

/** mode_trap's exception: emulates a privileged instruction of the kernel's; reflects everything else. */
void emulate_exception(struct vcpu *vcpu);

#endif
