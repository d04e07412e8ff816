// SPDX-License-Identifier: MIT
/*
 * The part of mm/machine.h that is memory and instructions which every program may execute: for the
 * hypervisor, and for measuring on a host.
 */
#ifndef PV_X86_MACHINE_MM_MEMORY_H
#define PV_X86_MACHINE_MM_MEMORY_H

#include "lib/ticket.h"
#include "mm/machine.h"

/*
 * A plain load, which the compiler may fold into others: two of the same entry differ in bits of no
 * consequence.
 */
static inline uint64_t entry_read(const uint64_t *entry)
{
    return *entry;
}

static inline void entry_write(uint64_t *entry, uint64_t value)
{
    __atomic_store_n(entry, value, __ATOMIC_RELAXED);
}

static inline bool entry_exchange(uint64_t *entry, uint64_t expected, uint64_t value)
{
    return __atomic_compare_exchange_n(entry, &expected, value, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
}

/* The compiler would load a constant of 64 bits anew for each use. */
static inline uint64_t machine_constant(uint64_t value)
{
    asm("" : "+r"(value));
    return value;
}

static inline bool machine_count(uint32_t *count)
{
    bool over;

    asm("addl $1, %0" : "+m"(*count), "=@ccc"(over));
    return !over;
}

/* LOCK BTS returns in the carry flag whether somebody else had it; who waits does so out of the way. */
static inline void lock_take(struct lock *lock, enum lock_rank rank)
{
    lock_order_take(rank);
    asm volatile("1: lock btsl $0, %0\n"
                 "jc 2f\n"
                 ".pushsection .text.lock, \"ax\"\n"
                 "2: call lock_wait\n"
                 "testl $1, %0\n"
                 "jnz 2b\n"
                 "jmp 1b\n"
                 ".popsection\n"
                 : "+m"(lock->held)
                 :
                 : "memory", "cc");
}

static inline void lock_put(struct lock *lock, enum lock_rank rank)
{
    lock_order_put(rank);
    __atomic_store_n(&lock->held, 0, __ATOMIC_RELEASE);
}

#endif
