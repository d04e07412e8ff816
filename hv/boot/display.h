// SPDX-License-Identifier: MIT
/*
 * The places where the hypervisor's terminal is shown.
 */
#ifndef PV_BOOT_DISPLAY_H
#define PV_BOOT_DISPLAY_H

#include "lib/multiboot2.h"

/**
 * Shows the terminal on the PC's screen, as GRUB left it; does nothing where there is none. While the boot
 * tables are loaded, so that whatever goes wrong later is seen; what lies above 4 GiB waits for
 * display_map.
 */
void display_open(const struct boot_framebuffer *framebuffer);

/** Keeps the screen in reach of the hypervisor's own tables. */
void display_map(const struct boot_framebuffer *framebuffer);

#endif
