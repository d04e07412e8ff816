// SPDX-License-Identifier: MIT
/*
 * QEMU with the arguments for a machine.
 */
#ifndef PV_TESTS_BOOT_EMULATOR_H
#define PV_TESTS_BOOT_EMULATOR_H

#include "tests/boot/machine.h"

#include <sys/types.h>

/*
 * Starts QEMU with these file descriptors as its serial line, its monitor, and where it prints errors;
 * returns its process. It is killed when the calling process ends, and when it has used its share of
 * processor time.
 */
pid_t emulator_start(const struct machine_options *options, int serial, int monitor, int errors);

#endif
