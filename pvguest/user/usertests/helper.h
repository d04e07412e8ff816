// SPDX-License-Identifier: MIT
// What this program does after a test has executed it anew: it looks at what it got.
#ifndef PV_USER_USERTESTS_HELPER_H
#define PV_USER_USERTESTS_HELPER_H

#include <stdbool.h>
#include <stddef.h>

// Executes this program as the helper of a name, with up to three words more. Ends the process with a status
// that is 0 if all was as it should be.
_Noreturn void helper_execute(const char *name, char *first, char *second, char *third);

// For main(): whether these are a helper's words, and its status.
bool helper_is(char **words);
int helper_run(char **words);

// The arguments and the environment that the helper "arguments" wants to see, each ended by NULL.
enum { HELPER_LONG = 3000 };
char **helper_arguments(void);
extern char *helper_environment[];

#endif
