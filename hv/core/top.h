// SPDX-License-Identifier: MIT
/*
 * What virtual CPUs and processors spend their time with, as a panel on the terminal that is refreshed in
 * place, in the manner of the Unix program of this name.
 */
#ifndef PV_CORE_TOP_H
#define PV_CORE_TOP_H

#include <stdbool.h>

/** Shows the panel from now on, anew each second. The list of domains is held, here and for top_hide. */
void top_show(void);

/** Takes the panel away. Returns whether it was there. */
bool top_hide(void);

/** Draws the panel anew if it is time for that. After timer_expire, with no lock held. */
void top_refresh(void);

#endif
