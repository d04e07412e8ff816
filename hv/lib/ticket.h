// SPDX-License-Identifier: MIT
// A lock that is taken in the order in which it is asked for (a ticket lock): for what processors contend
// for, so that none that comes again and again keeps another from its turn. Who holds it has interrupts off.
#ifndef PV_LIB_TICKET_H
#define PV_LIB_TICKET_H

#include <stdint.h>

#include "lib/lock_order.h"

// All zeros is free. Both count up and wrap round.
struct ticket_lock {
    uint32_t next;   // the ticket that whoever asks now gets
    uint32_t served; // the one whose turn it is
};

// What is done between two looks at a lock that somebody else has; whoever links this provides it.
__attribute__((no_caller_saved_registers)) void lock_wait(void);

// Takes the lock.
static inline void ticket_take(struct ticket_lock *lock, enum lock_rank rank)
{
    uint32_t ticket;

    lock_order_take(rank);
    ticket = __atomic_fetch_add(&lock->next, 1, __ATOMIC_SEQ_CST);

    while (__builtin_expect(__atomic_load_n(&lock->served, __ATOMIC_ACQUIRE) != ticket, 0))
        lock_wait();
}

// Gives it back.
static inline void ticket_put(struct ticket_lock *lock, enum lock_rank rank)
{
    lock_order_put(rank);
    __atomic_store_n(&lock->served, lock->served + 1, __ATOMIC_RELEASE);
}

// Takes it from a holder that will never give it back: it is free afterwards.
static inline void ticket_seize(struct ticket_lock *lock)
{
    __atomic_store_n(&lock->served, __atomic_load_n(&lock->next, __ATOMIC_RELAXED), __ATOMIC_RELEASE);
}

#endif
