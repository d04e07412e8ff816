// SPDX-License-Identifier: MIT
// Programs: from a file to an address space that is ready to run.
#ifndef PV_KERNEL_EXEC_H
#define PV_KERNEL_EXEC_H

#include <stdint.h>

#include "kernel/arguments.h"

struct space;

struct exec_image {
    struct space *space;
    uint64_t rip, rsp;
};

// Builds an image of the program at a path: an ELF file, or a text that begins with `#!` and the path of such
// (which gets the path, and what follows on that line as one argument before it). The arguments are changed
// for the latter, and stay the caller's to free. Returns 0; -ENOENT, -EACCES and so on from looking it up,
// -ENOEXEC for a file that is neither, -E2BIG, -ENOMEM. The current process does not change.
int exec_build(struct exec_image *image, const char *path, struct arguments *arguments);

#endif
