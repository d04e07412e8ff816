// SPDX-License-Identifier: MIT
/*
 * The machine that a guest in mode=trap sees: a processor with its control registers and tables, and the
 * classic PC around it (8259 pair, 8254, 16550 at 0x3f8 on IRQ 4, and a port that ends the domain).
 */
#ifndef PV_EMULATE_MACHINE_H
#define PV_EMULATE_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/domain.h"
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

/* The PC around the processors, which is the domain's: the first virtual CPU's machine has it. */
struct devices {
    struct lock lock; /* held while any of it is looked at */
    bool open;
    struct pic pic; /* its interrupts are the first virtual CPU's, and so is the timer's */
    struct pit pit;
    struct uart uart;
    bool uart_line; /* the level of its interrupt when it was looked at last */
};

struct machine {
    struct devices devices;
    uint64_t cr[16];
    uint64_t dr[8];
    uint64_t efer, star, lstar, sfmask, kernel_gs_base;
    struct table_register gdt, idt;
    uint16_t task;
    uint64_t task_base;
    bool called; /* another virtual CPU sent something */

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

/** The devices of a domain, and their lock taken. */
struct devices *devices_hold(struct domain *domain);
void devices_release(struct devices *devices);

/** Carries changes of the devices' interrupt lines on to the first virtual CPU. The devices are held. */
void machine_lines_update(struct domain *domain);

/** Sets the first virtual CPU's timer to the 8254's next interrupt. The devices are held. */
void machine_timer_update(struct domain *domain);

/** Moves what was typed into the serial port, as far as it goes. The devices are held. */
void machine_serial_feed(struct domain *domain);

/** The time in ticks of the 8254. */
uint64_t machine_pit_now(void);

/** mode_trap's exception: emulates a privileged instruction of the kernel's; reflects everything else. */
void emulate_exception(struct vcpu *vcpu);

#endif
