// SPDX-License-Identifier: MIT
// The table of the shell's own commands.
#include "builtin.h"

#include <string.h>

static const struct builtin builtins[] = {
    {".", builtin_dot, "FILE", "run the commands of a file here"},
    {":", builtin_true, "", "do nothing, well"},
    {"[", builtin_test, "EXPRESSION ]", "as test"},
    {"bg", builtin_bg, "[%JOB]", "go on with a stopped job in the background"},
    {"break", builtin_break, "[N]", "leave a loop"},
    {"cd", builtin_cd, "[FOLDER | -]", "go to a folder, or home"},
    {"continue", builtin_continue, "[N]", "go on with a loop's next turn"},
    {"echo", builtin_echo, "[-ne] WORD...", "print words"},
    {"eval", builtin_eval, "WORD...", "run words as a command"},
    {"exec", builtin_exec, "[COMMAND]", "become a command, or keep redirections"},
    {"exit", builtin_exit, "[STATUS]", "end the shell"},
    {"export", builtin_export, "[NAME[=VALUE]...]", "give variables to programs"},
    {"false", builtin_false, "", "do nothing, and fail"},
    {"fg", builtin_fg, "[%JOB]", "bring a job back to the terminal"},
    {"help", builtin_help, "", "this list"},
    {"history", builtin_history, "", "list the lines that were typed"},
    {"jobs", builtin_jobs, "", "list what runs in the background"},
    {"kill", builtin_kill, "[-SIGNAL] %JOB|PID...", "send a signal"},
    {"pwd", builtin_pwd, "", "print the current folder"},
    {"read", builtin_read, "[-r] NAME...", "read a line into variables"},
    {"return", builtin_return, "[STATUS]", "leave a function"},
    {"set", builtin_set, "[-ex] [WORD...]", "set options and $1..., list variables"},
    {"shift", builtin_shift, "[N]", "drop the first arguments"},
    {"test", builtin_test, "EXPRESSION", "compare words, look at files"},
    {"trap", builtin_trap, "COMMAND EXIT", "what to run when the shell ends"},
    {"true", builtin_true, "", "do nothing, well"},
    {"type", builtin_type, "NAME...", "tell what a command is"},
    {"unset", builtin_unset, "[-f] NAME...", "forget variables, functions"},
    {"wait", builtin_wait, "[%JOB|PID]", "wait for background jobs"},
};

const struct builtin *builtins_all(size_t *count)
{
    *count = sizeof builtins / sizeof *builtins;
    return builtins;
}

const struct builtin *builtin_find(const char *name)
{
    size_t count;
    const struct builtin *builtin = builtins_all(&count);

    for (; count > 0; count--, builtin++) {
        if (strcmp(builtin->name, name) == 0)
            return builtin;
    }
    return NULL;
}
