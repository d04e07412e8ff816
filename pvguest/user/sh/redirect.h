// SPDX-License-Identifier: MIT
// Redirections (IEEE Std 1003.1-2017, XCU section 2.7), and the way back from them.
#ifndef PV_USER_SH_REDIRECT_H
#define PV_USER_SH_REDIRECT_H

#include <stdbool.h>

struct redirection;

// Open files at and above this number are the shell's own; a script's are below.
enum { REDIRECT_OWN_FILES = 10 };

// How many redirections can be taken back now; redirect_undo() goes back to that many.
unsigned redirect_mark(void);

// Does them in order, and keeps what was there before. After an error, which is printed, false: those before
// it are done.
bool redirect_apply(const struct redirection *list);
void redirect_undo(unsigned mark);

// What redirect_apply() did since the mark stays.
void redirect_keep(unsigned mark);

#endif
