// SPDX-License-Identifier: MIT
/*
 * The machine under measurement.
 */
#ifndef PV_TOOLS_BENCH_EMULATOR_H
#define PV_TOOLS_BENCH_EMULATOR_H

#include "tools/bench/reading.h"

/* The first line of what the program prints for --version. Fails if there is none. */
const char *emulator_version(const char *program);

/* What is booted, and where. */
struct machine {
    const char *emulator; /* program */
    const char *image;    /* file */
    const char *entry;    /* of the image's menu */
    const char *processors;
    const char *memory; /* as QEMU's -m */
};

/*
 * Boots a machine and reads its serial line until so many more guests have finished. Fails if that takes too
 * long.
 */
void emulator_run(const struct machine *machine, size_t guests, struct reading *reading);

#endif
