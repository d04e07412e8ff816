// SPDX-License-Identifier: MIT
// Lines of commands from the standard input: from a person, with a prompt and editing, or from a file or
// pipe.
#ifndef PV_USER_SH_INPUT_H
#define PV_USER_SH_INPUT_H

#include <stdbool.h>

// A line without its end, or NULL when there are no more. `first`: it begins a command, and does not go on
// with one. The caller frees it.
char *input_line(bool first);

// A command was read in full: a person may want it again.
void input_done(const char *text);

#endif
