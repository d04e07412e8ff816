// SPDX-License-Identifier: MIT
/*
 * The one way in which bench-host gives up.
 */
#ifndef PV_TOOLS_BENCH_HOST_FAIL_H
#define PV_TOOLS_BENCH_HOST_FAIL_H

/* Prints "bench-host: " and the message to the standard error, and exits with 1. */
__attribute__((noreturn, format(printf, 1, 2))) void fail(const char *format, ...);

#endif
