// SPDX-License-Identifier: MIT
/*
 * Modules that no hypervisor should start: a good guest's ELF, spoiled in one way each.
 */
#ifndef PV_TESTS_BOOT_SPOILED_H
#define PV_TESTS_BOOT_SPOILED_H

#include "tests/boot/image.h"

/* One way to spoil a module. */
struct spoiled {
    const char *name;   /* also the module's */
    const char *reason; /* a part of what the hypervisor should say */
    void (*spoil)(struct image_module *module);
};

/* All of them, and how many. */
extern const struct spoiled spoiled_modules[];
extern const size_t spoiled_count;

/* The module, spoiled in this way, with `name=` and little memory as its options; never freed. */
struct image_module spoiled_make(const struct spoiled *spoiled);

#endif
