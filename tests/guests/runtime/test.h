// SPDX-License-Identifier: MIT
/*
 * What every test guest is made of: a name, a body, and how it ended.
 *
 * The body returns or calls one of the outcomes. The last line that it prints is for machines:
 *     test: <name>: success | failure | skip: <why> | error: <why>
 * success: everything that was tried was contained as it should be. failure: something was not, and lines
 * before say what. skip: the machine lacks what the test needs. error: the test itself could not do its work.
 * A guest that ends without such a line has not been tested.
 */
#ifndef PV_TESTS_GUESTS_RUNTIME_TEST_H
#define PV_TESTS_GUESTS_RUNTIME_TEST_H

#include "abi/start.h"

#include <stdbool.h>
#include <stdint.h>

/* Each guest defines these two. */
extern const char test_name[];
void test_main(void);

/* What the loader said. */
extern const struct pv_start_info *start_info;

/* Prints text; %s is a string, %x a 64-bit number in hexadecimal, %u one in decimal. */
void print(const char *format, ...);

/* Whether the guest was started with this one word as its argument. */
bool argument_is(const char *word);

/*
 * Counts a failure unless the condition holds, and prints the first few. Format as for print, without a line
 * end.
 */
void expect(bool condition, const char *format, ...);

/*
 * Counts a failure unless a call returned what it should: 0 or a number, or an error of abi/errors.def
 * negated. `what` and `detail` say which.
 */
void expect_result(int64_t result, int64_t wanted, const char *what, uint64_t detail);

/* Ends the guest as a skip or an error. */
_Noreturn void test_skip(const char *why);
_Noreturn void test_error(const char *why);

/* Ends the guest: success if no expectation failed. */
_Noreturn void test_end(void);

#endif
