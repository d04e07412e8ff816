// SPDX-License-Identifier: MIT
/*
 * Signals: newlib's <signal.h>, and what it lacks on this target. Signal n is bit n of a set, as newlib has
 * it; its macros for sets shift an int, which SIGUSR2 does not fit into, so functions take their place.
 */
#ifndef PV_USER_SIGNAL_H
#define PV_USER_SIGNAL_H

#include_next <signal.h>

#include "kernel/interface.h"

#undef SA_NOCLDSTOP
#define SA_RESTART   SIGNAL_RESTART
#define SA_RESETHAND SIGNAL_RESET_HANDLER
#define SA_NODEFER   SIGNAL_NO_DEFER
#define SA_NOCLDSTOP SIGNAL_NO_CHILD_STOP

#undef sigemptyset
#undef sigfillset
#undef sigaddset
#undef sigdelset
#undef sigismember

#endif
