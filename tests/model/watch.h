// SPDX-License-Identifier: MIT
/*
 * What happens in the middle of a call: at every point where hardware may intervene, all processors remember
 * whatever they can, and what must hold there is checked.
 *
 * That they remember all they can is as bad as any order of walks can be: nothing becomes right by being
 * remembered, and only a flush makes it forgotten. So one order is explored for all.
 */
#ifndef PV_TESTS_MODEL_WATCH_H
#define PV_TESTS_MODEL_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/mm/oracle.h"

/* One call, as it goes on. */
struct watch {
    struct oracle_finding finding; /* the first; `what` is NULL for none */
    bool in_call;                  /* the lock is held, or ought to be */
    bool moved; /* what is remembered has changed, or stamps have: not a call's result, but a state's */
    bool root_loaded;
    bool mark;   /* the hardware sets accessed and dirty bits of the next entry that is exchanged, once */
    bool window; /* the lock was given up in the middle of the call */
    bool tell;   /* print what happens */
    uint64_t read_frame; /* the frame that was last seen to be safe to read */
    void (*other)(void); /* what another processor does in the first such window; NULL for nothing */
};
extern struct watch watch;

/** Makes the machine tell the watch everything. */
void watch_open(void);

/** Begins with a call by machine.self. */
void watch_begin(void);

/** Notes what is wrong, unless something was noted before. */
void watch_found(const char *what, uint64_t frame);

/** Checks what must hold between calls, and notes what does not. */
void watch_rest(const struct oracle_domain *domains, unsigned count);

/** Whether something is wrong. */
static inline bool watch_failed(void)
{
    return watch.finding.what != NULL;
}

#endif
