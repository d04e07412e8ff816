// SPDX-License-Identifier: MIT
/*
 * The check of the order of locks: each processor remembers what it holds. Only in what DEBUG=1 builds.
 */
#include "lib/lock_order.h"

#include "core/panic.h"
#include "x86/processor.h"

static const char *const names[LOCK_RANKS] = {
    [LOCK_DOMAINS] = "domains", [LOCK_DOMAIN] = "domain",     [LOCK_BOARD] = "board",
    [LOCK_READER] = "reader",   [LOCK_PORTS] = "ports",       [LOCK_TIMERS] = "timers",
    [LOCK_PORT] = "port",       [LOCK_QUEUE] = "queue",       [LOCK_MMU] = "mmu",
    [LOCK_FRAMES] = "frames",   [LOCK_TERMINAL] = "terminal",
};

/* Not before GS leads to a processor, nor where a panic has taken locks from their holders. */
static bool is_checked(void)
{
    return processors[0].current != NULL && !panic_has_begun();
}

/* How many of a rank may be held. */
static uint8_t limit(enum lock_rank rank)
{
    return rank == LOCK_PORT ? 2 : 1;
}

void lock_order_take(enum lock_rank rank)
{
    struct processor *self;

    if (!is_checked()) {
        return;
    }
    self = processor_self();
    for (unsigned later = rank + 1; later < LOCK_RANKS; later++) {
        if (self->held[later] != 0) {
            panic("a lock of %s is taken while one of %s is held", names[rank], names[later]);
        }
    }
    if (self->held[rank]++ == limit(rank)) {
        panic("too many locks of %s are taken", names[rank]);
    }
}

void lock_order_put(enum lock_rank rank)
{
    if (is_checked() && processor_self()->held[rank]-- == 0) {
        panic("a lock of %s is given back that nobody holds", names[rank]);
    }
}

void lock_order_none(void)
{
    for (unsigned rank = 0; rank < LOCK_RANKS; rank++) {
        if (processor_self()->held[rank] != 0) {
            panic("a lock of %s is held on the way out", names[rank]);
        }
    }
}
