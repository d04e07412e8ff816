// SPDX-License-Identifier: MIT
// Built-in commands that change what is run next: break, continue, return, exit, eval, exec, `.`, trap.
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "builtin.h"
#include "execute.h"
#include "shell.h"

static char *exit_trap;

static int number_argument(int argc, char **argv, int otherwise)
{
    return argc > 1 ? (int)strtol(argv[1], NULL, 10) : otherwise;
}

static int loops_leave(int argc, char **argv, enum leaving leaving)
{
    int levels = number_argument(argc, argv, 1);

    if (execution.loops == 0 || levels < 1) {
        shell_error("%s: not in a loop", argv[0]);
        return STATUS_ERROR;
    }
    execution.leaving = leaving;
    execution.levels = (unsigned)levels < execution.loops ? (unsigned)levels : execution.loops;
    return STATUS_OK;
}

int builtin_break(int argc, char **argv)
{
    return loops_leave(argc, argv, LEAVE_BREAK);
}

int builtin_continue(int argc, char **argv)
{
    return loops_leave(argc, argv, LEAVE_CONTINUE);
}

int builtin_return(int argc, char **argv)
{
    if (execution.functions + execution.scripts == 0) {
        shell_error("return: not in a function or script");
        return STATUS_ERROR;
    }
    execution.leaving = LEAVE_RETURN;
    return number_argument(argc, argv, shell.status);
}

int builtin_exit(int argc, char **argv)
{
    shell_exit(number_argument(argc, argv, shell.status));
}

int builtin_eval(int argc, char **argv)
{
    struct text text = {0};

    for (int i = 1; i < argc; i++) {
        if (i > 1)
            text_add(&text, ' ');
        text_append(&text, argv[i], strlen(argv[i]));
    }
    return shell_run_text(text_string(&text));
}

int builtin_exec(int argc, char **argv)
{
    if (argc > 1)
        execute_program(argv + 1);
    return STATUS_OK;
}

int builtin_dot(int argc, char **argv)
{
    if (argc < 2) {
        shell_error(".: which file?");
        return STATUS_USAGE;
    }
    execution.scripts++;
    int status = shell_run_file(argv[1]);

    execution.scripts--;
    if (execution.leaving == LEAVE_RETURN)
        execution.leaving = LEAVE_NOT;
    return status;
}

int builtin_trap(int argc, char **argv)
{
    if (argc != 3 || (strcmp(argv[2], "EXIT") != 0 && strcmp(argv[2], "0") != 0)) {
        shell_error("trap: only `trap COMMAND EXIT' is known");
        return STATUS_USAGE;
    }
    free(exit_trap);
    exit_trap = *argv[1] != '\0' && strcmp(argv[1], "-") != 0 ? memory_text(argv[1]) : NULL;
    return STATUS_OK;
}

char *trap_take(void)
{
    char *command = exit_trap;

    exit_trap = NULL;
    return command;
}
