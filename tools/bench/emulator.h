// SPDX-License-Identifier: MIT
/*
 * The machine under measurement.
 */
#ifndef PV_TOOLS_BENCH_EMULATOR_H
#define PV_TOOLS_BENCH_EMULATOR_H

#include "tools/bench/reading.h"

/* The first line of what the program prints for --version. Fails if there is none. */
const char *emulator_version(const char *program);

/* Boots the image and reads its serial line until every guest has finished. Fails if that takes too long. */
void emulator_run(const char *program, const char *image, struct reading *reading);

#endif
