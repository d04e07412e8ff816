// SPDX-License-Identifier: MIT
// The commands that the shell has itself. Each is a function as main(): it prints to stdout and returns a
// status.
#ifndef PV_USER_SH_BUILTIN_H
#define PV_USER_SH_BUILTIN_H

#include <stdbool.h>
#include <stddef.h>

struct builtin {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *usage; // its arguments
    const char *summary;
};

// NULL when there is none of that name.
const struct builtin *builtin_find(const char *name);

// The number of a table's entries in *count.
const struct builtin *builtins_all(size_t *count);

// Whether the file is there and may be run, in a folder of PATH or as it is. The path is written to `path`.
bool program_find(const char *name, char *path, size_t size);

// builtin_shell.c
int builtin_cd(int argc, char **argv);
int builtin_echo(int argc, char **argv);
int builtin_false(int argc, char **argv);
int builtin_help(int argc, char **argv);
int builtin_history(int argc, char **argv);
int builtin_pwd(int argc, char **argv);
int builtin_true(int argc, char **argv);
int builtin_type(int argc, char **argv);

// builtin_variable.c
int builtin_export(int argc, char **argv);
int builtin_read(int argc, char **argv);
int builtin_set(int argc, char **argv);
int builtin_shift(int argc, char **argv);
int builtin_unset(int argc, char **argv);

// builtin_control.c
int builtin_break(int argc, char **argv);
int builtin_continue(int argc, char **argv);
int builtin_dot(int argc, char **argv);
int builtin_eval(int argc, char **argv);
int builtin_exec(int argc, char **argv);
int builtin_exit(int argc, char **argv);
int builtin_return(int argc, char **argv);
int builtin_trap(int argc, char **argv);

// What the EXIT trap runs, or NULL; it is forgotten.
char *trap_take(void);

// builtin_job.c
int builtin_bg(int argc, char **argv);
int builtin_fg(int argc, char **argv);
int builtin_jobs(int argc, char **argv);
int builtin_kill(int argc, char **argv);
int builtin_wait(int argc, char **argv);

// test.c
int builtin_test(int argc, char **argv);

#endif
