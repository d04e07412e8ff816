// SPDX-License-Identifier: MIT
// What the parts of the shell have in common: its state, its memory, and how a command is given up.
#ifndef PV_USER_SH_SHELL_H
#define PV_USER_SH_SHELL_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

// Statuses with a meaning of their own (IEEE Std 1003.1-2017, XCU section 2.8.2).
enum {
    STATUS_OK = 0,
    STATUS_ERROR = 1,
    STATUS_USAGE = 2,
    STATUS_NOT_EXECUTABLE = 126,
    STATUS_NOT_FOUND = 127,
    STATUS_SIGNAL = 128
};

struct shell {
    const char *name;       // $0, and what messages begin with
    int argument_count;     // $#
    char **arguments;       // $1 and so on
    int own_argument_count; // the same outside of functions, as long as one runs
    char **own_arguments;
    bool interactive;      // a person is at the terminal: prompts, and nothing but `exit` ends the shell
    bool typed;            // the commands, also those that children run, come from a person
    bool child;            // a copy of the shell that runs a part of a command
    bool exit_on_error;    // set -e
    bool trace;            // set -x
    bool parse_only;       // -n
    unsigned conditions;   // that the current command is part of: set -e does not count in them
    unsigned line;         // of the command that runs
    int status;            // $?
    bool substituted;      // a command substitution has set it since this was cleared
    pid_t process;         // $$
    pid_t last_background; // $!
};
extern struct shell shell;

// Set by a handler when the person typed Ctrl-C; loops and waits look at it.
extern volatile sig_atomic_t shell_interrupted;

// Prints `NAME: line N: ` (the line only for scripts) and the message to the standard error.
void shell_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

// Gives up the command that runs, with a status: back to the prompt, or out of a script or child.
_Noreturn void shell_abort(int status);

// shell_abort() if Ctrl-C was typed.
void shell_check(void);

// Runs the EXIT trap, and ends the process.
_Noreturn void shell_exit(int status);

// Parses and runs text, as one script. Returns the last status.
int shell_run_text(const char *text);

// Parses and runs a file. Returns the last status, or STATUS_NOT_FOUND if it cannot be read.
int shell_run_file(const char *path);

// Reads commands from the standard input and runs them until it ends. Returns the last status.
int shell_run_input(void);

#endif
