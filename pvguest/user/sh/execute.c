// SPDX-License-Identifier: MIT
// Running compound commands, pipelines and lists: a function for each kind of node.
#include "execute.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "expand.h"
#include "job.h"
#include "parser.h"
#include "redirect.h"
#include "shell.h"
#include "variable.h"

struct execution execution;

static int condition_execute(const struct node *list)
{
    shell.conditions++;
    int status = execute_list(list, false);

    shell.conditions--;
    return status;
}

static int if_execute(const struct node *node, bool final)
{
    int status = condition_execute(node->condition);

    if (execution.leaving != LEAVE_NOT)
        return status;
    return execute_list(status == 0 ? node->body : node->other, final);
}

// After the body of a loop: whether to leave it.
static bool loop_left(void)
{
    enum leaving leaving = execution.leaving;

    if (leaving == LEAVE_NOT || leaving == LEAVE_RETURN)
        return leaving == LEAVE_RETURN;
    if (execution.levels > 1) {
        execution.levels--;
        return true;
    }
    execution.leaving = LEAVE_NOT;
    return leaving == LEAVE_BREAK;
}

static int loop_execute(const struct node *node, bool final)
{
    int status = STATUS_OK;

    (void) final;
    execution.loops++;
    for (;;) {
        shell_check();
        bool well = condition_execute(node->condition) == 0;

        if (execution.leaving == LEAVE_NOT && well != (node->kind == NODE_WHILE))
            break;
        if (execution.leaving == LEAVE_NOT)
            status = execute_list(node->body, false);
        if (loop_left())
            break;
    }
    execution.loops--;
    return status;
}

static int for_execute(const struct node *node, bool final)
{
    int status = STATUS_OK;
    struct fields fields = {.list = shell.arguments, .count = (size_t)shell.argument_count};

    (void) final;
    if (node->has_words)
        fields = expand_words(node->words);
    execution.loops++;
    for (size_t i = 0; i < fields.count; i++) {
        shell_check();
        if (!variable_set(node->name, fields.list[i])) {
            status = STATUS_ERROR;
            break;
        }
        status = execute_list(node->body, false);
        if (loop_left())
            break;
    }
    execution.loops--;
    return status;
}

static int case_execute(const struct node *node, bool final)
{
    const char *subject = expand_text(node->words->text);

    for (const struct case_item *item = node->items; item != NULL; item = item->next) {
        for (const struct word *pattern = item->patterns; pattern != NULL; pattern = pattern->next) {
            if (fnmatch(expand_pattern(pattern->text), subject, 0) == 0)
                return execute_list(item->body, final);
        }
    }
    return STATUS_OK;
}

static int not_execute(const struct node *node, bool final)
{
    (void) final;
    shell.conditions++;
    int status = execute_node(node->body, false);

    shell.conditions--;
    return status == 0;
}

static int and_or_execute(const struct node *node, bool final)
{
    shell.conditions++;
    int status = execute_node(node->body, false);

    shell.conditions--;
    if (execution.leaving != LEAVE_NOT || (status == 0) != (node->kind == NODE_AND))
        return status;
    return execute_node(node->other, final);
}

static int group_execute(const struct node *node, bool final)
{
    return execute_list(node->body, final);
}

static int subshell_execute(const struct node *node, bool final)
{
    if (final)
        shell_exit(execute_list(node->body, true));
    struct job *job = job_create(node->text, node->length, 1);

    if (job_fork(job, false) == 0)
        shell_exit(execute_list(node->body, true));
    return job_foreground(job, false);
}

static int function_execute(const struct node *node, bool final)
{
    (void) final;
    function_define(node->name, node->body->text, (unsigned)node->body->length);
    return STATUS_OK;
}

// What the pipe's child does before it becomes one command: reads from the pipe before, writes to the one
// after.
static _Noreturn void pipe_child(const struct node *command, int input, const int output[2])
{
    if (input >= 0) {
        dup2(input, STDIN_FILENO);
        close(input);
    }
    if (command->next != NULL) {
        dup2(output[1], STDOUT_FILENO);
        close(output[0]);
        close(output[1]);
    }
    shell_exit(execute_node(command, true));
}

// Starts every command of a pipeline. After an error those that were started find the pipe's end.
static void pipe_start(struct job *job, const struct node *pipe_node, bool background)
{
    int input = -1;

    for (const struct node *command = pipe_node->body; command != NULL; command = command->next) {
        int output[2] = {-1, -1};

        if (command->next != NULL && pipe(output) < 0) {
            shell_error("pipe: %s", strerror(errno));
            break;
        }
        pid_t process = job_fork(job, background);

        if (process == 0)
            pipe_child(command, input, output);
        if (input >= 0)
            close(input);
        if (command->next != NULL)
            close(output[1]);
        input = output[0];
        if (process < 0)
            break;
    }
    if (input >= 0)
        close(input);
}

static size_t list_count(const struct node *list)
{
    size_t count = 0;

    for (; list != NULL; list = list->next)
        count++;
    return count;
}

static int pipe_execute(const struct node *node, bool final)
{
    struct job *job = job_create(node->text, node->length, list_count(node->body));

    (void) final;
    pipe_start(job, node, false);
    return job_foreground(job, false);
}

static int background_execute(const struct node *node, bool final)
{
    const struct node *body = node->body;
    bool pipe = body->kind == NODE_PIPE;
    struct job *job = job_create(node->text, node->length, pipe ? list_count(body->body) : 1);

    (void) final;
    if (pipe)
        pipe_start(job, body, true);
    else if (job_fork(job, true) == 0)
        shell_exit(execute_node(body, true));
    job_background(job, false);
    return STATUS_OK;
}

static int (*const executors[NODE_KINDS])(const struct node *, bool) = {
    [NODE_SIMPLE] = execute_simple, [NODE_PIPE] = pipe_execute,
    [NODE_NOT] = not_execute,       [NODE_AND] = and_or_execute,
    [NODE_OR] = and_or_execute,     [NODE_BACKGROUND] = background_execute,
    [NODE_GROUP] = group_execute,   [NODE_SUBSHELL] = subshell_execute,
    [NODE_IF] = if_execute,         [NODE_WHILE] = loop_execute,
    [NODE_UNTIL] = loop_execute,    [NODE_FOR] = for_execute,
    [NODE_CASE] = case_execute,     [NODE_FUNCTION] = function_execute,
};

// set -e: what fails, and is not asked whether it failed, ends the shell.
static bool counts_for_exit(const struct node *node)
{
    return node->kind == NODE_SIMPLE || node->kind == NODE_PIPE || node->kind == NODE_SUBSHELL;
}

int execute_node(const struct node *node, bool final)
{
    struct arena_mark memory = arena_mark();
    unsigned files = redirect_mark();
    int status = STATUS_ERROR;

    shell_check();
    shell.line = node->line;
    if (node->kind == NODE_SIMPLE || redirect_apply(node->redirections))
        status = executors[node->kind](node, final);
    if (node->kind != NODE_SIMPLE)
        redirect_undo(files);
    arena_release(memory);
    shell.status = status;
    if (status != 0 && shell.exit_on_error && shell.conditions == 0 && counts_for_exit(node))
        shell_exit(status);
    return status;
}

int execute_list(const struct node *list, bool final)
{
    int status = STATUS_OK;

    for (; list != NULL && execution.leaving == LEAVE_NOT; list = list->next)
        status = execute_node(list, final && list->next == NULL);
    return status;
}
