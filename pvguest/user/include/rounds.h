// SPDX-License-Identifier: MIT
// Programs that do one thing many times and say how long one of them took.
#ifndef PV_USER_ROUNDS_H
#define PV_USER_ROUNDS_H

#include <stdbool.h>
#include <stdint.h>

// The whole of such a program: reads the number of rounds from argv (or takes the usual one), does as many,
// and prints "NAME: N rounds of WHAT, T ns each". A round that returns false ends the program: its errno is
// complained about. Returns the status for main().
int rounds_main(char **argv, uint64_t usual, const char *what, bool (*round)(void));

#endif
