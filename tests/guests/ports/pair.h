// SPDX-License-Identifier: MIT
/*
 * Two guests that find each other.
 */
#ifndef PV_TESTS_GUESTS_PORTS_PAIR_H
#define PV_TESTS_GUESTS_PORTS_PAIR_H

/* The one that begins, and the one that answers. The other one is the other of the domains 1 and 2. */
void ping(void);
void pong(void);

#endif
