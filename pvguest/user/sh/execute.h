// SPDX-License-Identifier: MIT
// Running what was parsed (IEEE Std 1003.1-2017, XCU section 2.9). Results are statuses.
#ifndef PV_USER_SH_EXECUTE_H
#define PV_USER_SH_EXECUTE_H

#include <stdbool.h>

struct node;

// Why commands are left before their end. Set by break, continue and return, taken back by what they end.
enum leaving { LEAVE_NOT, LEAVE_BREAK, LEAVE_CONTINUE, LEAVE_RETURN };
struct execution {
    enum leaving leaving;
    unsigned levels;    // loops that break and continue have to go yet
    unsigned loops;     // around the current command
    unsigned functions; // ... that were called
    unsigned scripts;   // ... that `.` reads
};
extern struct execution execution;

// Runs a list of commands. `final`: the process is a child that has nothing else to do afterwards.
int execute_list(const struct node *list, bool final);

// Runs one command of any kind.
int execute_node(const struct node *node, bool final);

// Runs a simple command.
int execute_simple(const struct node *node, bool final);

// Replaces the shell by a program; does not return. For `exec`, and in children.
_Noreturn void execute_program(char **arguments);

#endif
