// SPDX-License-Identifier: MIT
/*
 * The board. What its devices are told, and what follows from what they do, happens where its lock is taken
 * and given back; so a device that is looked at under the lock is up to date.
 */
#include "emulate/board.h"

#include "emulate/machine.h"
#include "x86/clock.h"

#define IRQ_TIMER  0
#define IRQ_SERIAL 4

#define NS_PER_SECOND 1000000000ull
#define PERIOD_LEAST  100000ull

void board_open(struct board *board, struct vcpu *first)
{
    board->first = first;
    pic_reset(&board->pic);
    pit_reset(&board->pit);
    uart_reset(&board->uart);
    board->tick = PIT_NEVER;
    board->deadline = CLOCK_NEVER;
}

uint64_t board_ticks(void)
{
    uint64_t now = clock_now();

    return now / NS_PER_SECOND * PIT_HZ + now % NS_PER_SECOND * PIT_HZ / NS_PER_SECOND;
}

/* The first nanosecond at which the 8254 has counted that far. */
static uint64_t tick_time(uint64_t tick)
{
    return tick / PIT_HZ * NS_PER_SECOND + (tick % PIT_HZ * NS_PER_SECOND + PIT_HZ - 1) / PIT_HZ;
}

void board_serial_feed(struct board *board)
{
    struct domain *domain = board->first->domain;
    struct lock *reader = &domain->console.reader;
    uint8_t byte;

    lock_take(reader, LOCK_READER);
    while (console_peek(domain, &byte, 1) != 0 && uart_receive(&board->uart, byte)) {
        console_take(domain, 1);
    }
    lock_put(reader, LOCK_READER);
}

void board_take(struct board *board)
{
    uint32_t notices;

    lock_take(&board->lock, LOCK_BOARD);
    notices = __atomic_exchange_n(&board->notices, 0, __ATOMIC_SEQ_CST);
    if ((notices & BOARD_CONSOLE) != 0) {
        board_serial_feed(board);
    }
    if ((notices & BOARD_TIMER) != 0 && clock_now() >= board->deadline &&
        pit_expire(&board->pit, board_ticks())) {
        pic_raise(&board->pic, IRQ_TIMER);
    }
}

/*
 * The 8254 can be asked for an interrupt every two of its ticks. An edge while the last one is still waiting
 * changes nothing, so none is waited for, and no guest gets more than one in PERIOD_LEAST: its timer runs
 * also while others do. Returns whether another time is waited for than before.
 */
static bool deadline_update(struct board *board)
{
    bool waiting = (board->pic.chip[0].requested & 1 << IRQ_TIMER) != 0;
    uint64_t tick = waiting ? PIT_NEVER : pit_deadline(&board->pit);
    uint64_t time = CLOCK_NEVER;

    if (tick == board->tick) {
        return false;
    }
    if (tick != PIT_NEVER) {
        uint64_t earliest = clock_now() + PERIOD_LEAST;

        time = tick_time(tick);
        time = time > earliest ? time : earliest;
    }
    board->tick = tick;
    __atomic_store_n(&board->deadline, time, __ATOMIC_SEQ_CST);
    return true;
}

/* The 8259's inputs see edges: a line that stays high raises nothing. */
static void lines_update(struct board *board)
{
    bool line = uart_interrupt(&board->uart);

    if (line && !board->uart_line) {
        pic_raise(&board->pic, IRQ_SERIAL);
    }
    board->uart_line = line;
}

void board_put(struct board *board)
{
    bool interrupt;

    lines_update(board);
    if (deadline_update(board)) {
        machine_note(board->first, MACHINE_TIMER);
    }
    interrupt = pic_pending(&board->pic);
    if (interrupt != board->interrupt) {
        __atomic_store_n(&board->interrupt, interrupt, __ATOMIC_SEQ_CST);
        if (interrupt) {
            vcpu_notify(board->first, ATTENTION_EVENT);
        }
    }
    lock_put(&board->lock, LOCK_BOARD);
}

int board_acknowledge(struct board *board)
{
    int vector;

    board_take(board);
    vector = pic_acknowledge(&board->pic);
    board_put(board);
    return vector;
}
