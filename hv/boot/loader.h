// SPDX-License-Identifier: MIT
/*
 * Makes domains of modules.
 */
#ifndef PV_BOOT_LOADER_H
#define PV_BOOT_LOADER_H

#include <stdbool.h>

#include "lib/multiboot2.h"

/**
 * Makes a domain of a module, or says why not in one line that names the module. Nothing is
 * left behind of a module that is refused.
 * @index  of the module, for its name in messages when it has none of its own
 */
bool loader_load(const struct boot_module *module, unsigned index);

/** Makes what the domains are to share, or says why not in one line each, and lets them run. */
void loader_start(void);

#endif
