// SPDX-License-Identifier: MIT
// Requests to devices. The numbers of those for terminals (TTY_...) and their arguments are in
// kernel/interface.h; tty.h has a function for each.
#ifndef PV_USER_SYS_IOCTL_H
#define PV_USER_SYS_IOCTL_H

#include "kernel/interface.h"

// Does `request` on an open file, with a pointer to what it takes or fills. 0, or -1 with errno: ENOTTY when
// the file does not know the request.
int ioctl(int file, int request, void *argument);

#endif
