// SPDX-License-Identifier: MIT
/*
 * The places where the hypervisor's terminal is shown.
 */
#ifndef PV_BOOT_DISPLAY_H
#define PV_BOOT_DISPLAY_H

#include "lib/multiboot2.h"

/** Shows the terminal on the PC's screen, as GRUB left it; does nothing where there is none. */
void display_open(const struct boot_framebuffer *framebuffer);

#endif
