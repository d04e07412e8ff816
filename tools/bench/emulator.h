// SPDX-License-Identifier: MIT
/*
 * The machine under measurement.
 */
#ifndef PV_TOOLS_BENCH_EMULATOR_H
#define PV_TOOLS_BENCH_EMULATOR_H

#include "tools/bench/reading.h"

/* The first line of what the program prints for --version. Fails if there is none. */
const char *emulator_version(const char *program);

/*
 * Boots an entry of the image's menu and reads its serial line until so many more guests have finished. Fails
 * if that takes too long.
 */
void emulator_run(const char *program, const char *image, const char *entry, size_t guests,
                  struct reading *reading);

#endif
