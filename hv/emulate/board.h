// SPDX-License-Identifier: MIT
/*
 * What is around the processors of the machine that a domain in mode=trap sees: the classic PC (8259 pair,
 * 8254, 16550 at 0x3f8 on IRQ 4). There is one for all virtual CPUs. Its interrupts go to the first one,
 * whose timer is also the 8254's.
 */
#ifndef PV_EMULATE_BOARD_H
#define PV_EMULATE_BOARD_H

#include <stdbool.h>
#include <stdint.h>

#include "core/domain.h"
#include "emulate/pic.h"
#include "emulate/pit.h"
#include "emulate/uart.h"

/* What the devices have not been told yet. */
enum board_notice { BOARD_TIMER = 1, BOARD_CONSOLE = 2 };

struct board {
    struct lock lock;   /* held while a device is touched */
    struct vcpu *first; /* which gets the interrupts */
    uint32_t notices;   /* enum board_notice, set by any processor */
    bool interrupt;     /* the 8259 asks for one; changed under the lock, read without */
    bool uart_line;     /* the level of its interrupt when it was looked at last */
    struct pic pic;
    struct pit pit;
    struct uart uart;
    uint64_t tick;     /* of the 8254 at which something is to be done, or PIT_NEVER; `deadline` is for it */
    uint64_t deadline; /* nanoseconds of the clock, or CLOCK_NEVER; changed under the lock, read without */
};
_Static_assert(sizeof(struct board) <= PAGE_SIZE, "a board fits a page");

/** The board of a virtual CPU's domain. */
static inline struct board *board_of(const struct vcpu *vcpu)
{
    return vcpu->domain->mode_machine;
}

/** Prepares a board in a zeroed page; once, for the first virtual CPU. */
void board_open(struct board *board, struct vcpu *first);

/** Takes note of something; on any processor, whatever locks are held. */
static inline void board_note(struct board *board, enum board_notice what)
{
    __atomic_or_fetch(&board->notices, (uint32_t)what, __ATOMIC_SEQ_CST);
}

/** Takes the lock, with the devices up to date. Not with the lock of the list of domains to be taken. */
void board_take(struct board *board);

/** Has what was done to devices take effect, on interrupts and the timer, and gives the lock back. */
void board_put(struct board *board);

/** Brings the devices up to date, if there is anything to tell them. */
static inline void board_refresh(struct board *board)
{
    if (__builtin_expect(__atomic_load_n(&board->notices, __ATOMIC_SEQ_CST) != 0, 0)) {
        board_take(board);
        board_put(board);
    }
}

/** Whether the 8259 asks for an interrupt. */
static inline bool board_interrupt(const struct board *board)
{
    return __atomic_load_n(&board->interrupt, __ATOMIC_SEQ_CST);
}

/** Acknowledges an interrupt of the 8259's: returns its vector, or -1 if there is none. */
int board_acknowledge(struct board *board);

/** Moves what was typed into the serial port, as far as it goes. The lock is held. */
void board_serial_feed(struct board *board);

/** The time in ticks of the 8254. */
uint64_t board_ticks(void);

#endif
