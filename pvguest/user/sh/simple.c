// SPDX-License-Identifier: MIT
// Simple commands: assignments, functions, built-in commands and programs, with their redirections.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "builtin.h"
#include "execute.h"
#include "expand.h"
#include "job.h"
#include "parser.h"
#include "redirect.h"
#include "shell.h"
#include "variable.h"

// A variable as it was before an assignment that holds for one command only.
struct assignment {
    const char *name;
    const char *value;
    const char *before; // NULL: it was not set
};

// What functions may nest to before a mistake in one uses up the stack.
#define FUNCTION_LIMIT 200

static size_t words_count(const struct word *words)
{
    size_t count = 0;

    for (; words != NULL; words = words->next)
        count++;
    return count;
}

static const char *variable_copy(const char *name)
{
    const char *value = variable_get(name);

    return value != NULL ? arena_text(value, strlen(value)) : NULL;
}

// Makes the assignments in front of a command, in order. Returns them, for assignments_undo().
static struct assignment *assignments_make(const struct word *words, bool exported)
{
    struct assignment *list = arena_get((words_count(words) + 1) * sizeof *list);
    struct assignment *next = list;

    for (; words != NULL; words = words->next, next++) {
        size_t length = strcspn(words->text, "=");

        next->name = arena_text(words->text, length);
        next->before = variable_copy(next->name);
        next->value = expand_text(words->text + length + 1);
        variable_assign(next->name, next->value, exported);
    }
    return list;
}

static void assignments_undo(const struct assignment *list)
{
    size_t count = 0;

    while (list[count].name != NULL)
        count++;
    while (count-- > 0) {
        if (list[count].before != NULL)
            variable_set(list[count].name, list[count].before);
        else
            variable_unset(list[count].name);
    }
}

static void trace_print(const struct assignment *assignments, const struct fields *fields)
{
    fputc('+', stderr);
    for (; assignments->name != NULL; assignments++)
        fprintf(stderr, " %s=%s", assignments->name, assignments->value);
    for (size_t i = 0; i < fields->count; i++)
        fprintf(stderr, " %s", fields->list[i]);
    fputc('\n', stderr);
}

static bool is_directory(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

_Noreturn void execute_program(char **arguments)
{
    environ = variables_export();
    fflush(NULL);
    execvp(arguments[0], arguments);
    bool is_path = strchr(arguments[0], '/') != NULL;
    int error = is_path && is_directory(arguments[0]) ? EISDIR : errno;

    if (error == ENOENT && !is_path)
        shell_error("%s: command not found", arguments[0]);
    else
        shell_error("%s: %s", arguments[0], strerror(error));
    shell_exit(error == ENOENT ? STATUS_NOT_FOUND : STATUS_NOT_EXECUTABLE);
}

static int function_call(const char *body, const struct fields *fields)
{
    char **arguments = shell.arguments;
    int count = shell.argument_count;
    unsigned loops = execution.loops;

    if (execution.functions == FUNCTION_LIMIT) {
        shell_error("%s: functions nest too deep", fields->list[0]);
        shell_abort(STATUS_USAGE);
    }
    if (execution.functions == 0) {
        shell.own_arguments = arguments;
        shell.own_argument_count = count;
    }
    shell.arguments = fields->list + 1;
    shell.argument_count = (int)fields->count - 1;
    execution.functions++;
    execution.loops = 0;
    int status = shell_run_text(arena_text(body, strlen(body)));

    execution.loops = loops;
    execution.functions--;
    shell.arguments = arguments;
    shell.argument_count = count;
    if (execution.leaving == LEAVE_RETURN)
        execution.leaving = LEAVE_NOT;
    return status;
}

static int program_run(const struct node *node, const struct fields *fields, bool final)
{
    struct job *job = NULL;

    if (!final) {
        job = job_create(node->text, node->length, 1);
        pid_t process = job_fork(job, false);

        if (process != 0)
            return job_foreground(job, false);
    }
    if (!redirect_apply(node->redirections))
        shell_exit(STATUS_ERROR);
    execute_program(fields->list);
}

// What runs within the shell: its redirections end with it, but for those of `exec`.
static int inside_run(const struct node *node, const struct fields *fields, const struct builtin *builtin,
                      const char *function)
{
    unsigned files = redirect_mark();
    int status = STATUS_ERROR;

    if (redirect_apply(node->redirections)) {
        if (builtin != NULL)
            status = builtin->run((int)fields->count, fields->list);
        else
            status = function_call(function, fields);
    }
    if (builtin != NULL)
        fflush(stdout);
    if (builtin != NULL && builtin->run == builtin_exec && status == STATUS_OK)
        redirect_keep(files);
    redirect_undo(files);
    return status;
}

int execute_simple(const struct node *node, bool final)
{
    unsigned files = redirect_mark();

    shell.substituted = false;
    struct fields fields = expand_words(node->words);
    struct assignment *assignments = assignments_make(node->assignments, fields.count > 0);

    if (shell.trace)
        trace_print(assignments, &fields);
    if (fields.count == 0) {
        bool well = redirect_apply(node->redirections);

        redirect_undo(files);
        if (!well)
            return STATUS_ERROR;
        return shell.substituted ? shell.status : STATUS_OK;
    }
    const char *function = function_get(fields.list[0]);
    const struct builtin *builtin = function == NULL ? builtin_find(fields.list[0]) : NULL;
    int status = builtin != NULL || function != NULL ? inside_run(node, &fields, builtin, function)
                                                     : program_run(node, &fields, final);

    assignments_undo(assignments);
    return status;
}
