// SPDX-License-Identifier: MIT
// Terminals. The foreground group is the business of tcgetpgrp() and tcsetpgrp() of <unistd.h>.
#ifndef PV_USER_TTY_H
#define PV_USER_TTY_H

#include <stdint.h>

#include "kernel/interface.h"

// How a terminal treats what is typed unless a program asks for something else.
#define TTY_USUAL (TTY_CANONICAL | TTY_ECHO | TTY_SIGNALS)

// Reads how the terminal treats what is typed: a sum of TTY_CANONICAL, TTY_ECHO and TTY_SIGNALS. 0, or -1
// with errno ENOTTY or EBADF.
int tty_mode_get(int file, uint32_t *flags);

// Sets that, from the next byte on that is read. 0, or -1 and errno as before.
int tty_mode_set(int file, uint32_t flags);

// The size in characters; 24 by 80 for what is no terminal.
struct tty_size tty_size(int file);

#endif
