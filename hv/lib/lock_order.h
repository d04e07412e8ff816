// SPDX-License-Identifier: MIT
// The order in which locks are taken. Who holds one takes none of an earlier line; nor another of the same,
// but for ports. Checked where PV_CHECK_LOCKS is defined (make DEBUG=1), and free of charge where it is not.
#ifndef PV_LIB_LOCK_ORDER_H
#define PV_LIB_LOCK_ORDER_H

enum lock_rank {
    LOCK_DOMAINS,  // which domains there are (domains_hold); every console; who has the keyboard
    LOCK_DOMAIN,   // which of a domain's virtual CPUs are up, and its end
    LOCK_BOARD,    // the devices of a domain in mode=trap (emulate/board.h)
    LOCK_READER,   // who reads the console of a domain
    LOCK_PORTS,    // a domain's ports: that they are made (core/port.h)
    LOCK_TIMERS,   // a processor's timers (core/timer.c)
    LOCK_PORT,     // a port; two in the order of their domains' numbers, and of their own in a domain
    LOCK_QUEUE,    // a processor's queue (core/scheduler.c)
    LOCK_MMU,      // a domain's tables (mm/mmu.h)
    LOCK_FRAMES,   // the frame allocator (mm/frame.c)
    LOCK_TERMINAL, // what the terminal shows
    LOCK_RANKS
};

#ifdef PV_CHECK_LOCKS

// A lock is about to be taken, or was given back, by this processor: panics when that is out of order.
void lock_order_take(enum lock_rank rank);
void lock_order_put(enum lock_rank rank);

// This processor is about to leave the hypervisor: panics when it holds a lock.
void lock_order_none(void);

#else

static inline void lock_order_take(enum lock_rank rank)
{
    (void)rank;
}

static inline void lock_order_put(enum lock_rank rank)
{
    (void)rank;
}

static inline void lock_order_none(void)
{
}

#endif
#endif
