// SPDX-License-Identifier: MIT
// Where commands come from: text, files, the standard input, a person; and where it all ends.
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "builtin.h"
#include "execute.h"
#include "input.h"
#include "parser.h"
#include "redirect.h"
#include "shell.h"

struct shell shell;
volatile sig_atomic_t shell_interrupted;

// Where an interactive shell goes on after a command was given up.
static jmp_buf prompt;

void shell_error(const char *format, ...)
{
    va_list list;

    fflush(stdout);
    fprintf(stderr, "%s: ", shell.name);
    if (!shell.typed && shell.line > 0)
        fprintf(stderr, "line %u: ", shell.line);
    va_start(list, format);
    vfprintf(stderr, format, list);
    va_end(list);
    fputc('\n', stderr);
}

void shell_abort(int status)
{
    shell.status = status;
    if (!shell.interactive)
        shell_exit(status);
    longjmp(prompt, 1);
}

void shell_check(void)
{
    if (shell_interrupted)
        shell_abort(STATUS_SIGNAL + SIGINT);
}

void shell_exit(int status)
{
    char *command = shell.child ? NULL : trap_take();

    shell.status = status;
    if (command != NULL) {
        shell.exit_on_error = false;
        execution = (struct execution){0};
        shell_run_text(command);
    }
    exit(status);
}

// Runs one list of commands that was parsed.
static void list_run(const struct node *list)
{
    if (list != NULL && !shell.parse_only)
        shell.status = execute_list(list, false);
}

static int text_run(const char *text, unsigned line)
{
    struct arena_mark memory = arena_mark();
    struct parser parser;
    struct node *list;
    enum parse_result result = PARSE_DONE;

    parser_start(&parser, text, line);
    while (execution.leaving == LEAVE_NOT && (result = parser_next(&parser, &list)) == PARSE_DONE)
        list_run(list);
    if (result == PARSE_UNFINISHED) {
        shell.line = parser.lexer.line;
        shell_error("syntax error: unexpected end of the text");
    }
    if (result == PARSE_UNFINISHED || result == PARSE_WRONG)
        shell.status = STATUS_USAGE;
    arena_release(memory);
    return shell.status;
}

int shell_run_text(const char *text)
{
    return text_run(text, 1);
}

// All of a file, as a string in the arena, or NULL and errno.
static const char *file_text(const char *path)
{
    struct text text = {0};
    char bytes[512];
    struct stat status;
    ssize_t length;
    int file = open(path, O_RDONLY | O_CLOEXEC);

    if (file < 0)
        return NULL;
    if (fstat(file, &status) == 0 && S_ISDIR(status.st_mode)) {
        close(file);
        errno = EISDIR;
        return NULL;
    }
    while ((length = read(file, bytes, sizeof bytes)) > 0)
        text_append(&text, bytes, strnlen(bytes, (size_t)length));
    close(file);
    return text_string(&text);
}

int shell_run_file(const char *path)
{
    struct arena_mark memory = arena_mark();
    const char *text = file_text(path);
    int status = STATUS_NOT_FOUND;

    if (text == NULL)
        shell_error("%s: %s", path, strerror(errno));
    else
        status = text_run(text, 1);
    arena_release(memory);
    return status;
}

// Parses lines until they are complete commands, and runs those. False at the end of the input.
static bool input_run(unsigned *line)
{
    struct text text = {0};
    struct parser parser;
    struct node *list;
    enum parse_result result;

    do {
        char *more = input_line(text.length == 0);

        if (more == NULL) {
            if (text.length > 0)
                shell_error("syntax error: unexpected end of the input");
            return false;
        }
        text_append(&text, more, strlen(more));
        text_add(&text, '\n');
        free(more);
        if (shell_interrupted) {
            shell_interrupted = 0;
            return true;
        }
        parser_start(&parser, text.bytes, *line);
        result = parser_next(&parser, &list);
    } while (result == PARSE_UNFINISHED);
    input_done(text.bytes);
    while (result == PARSE_DONE) {
        list_run(list);
        result = parser_next(&parser, &list);
    }
    *line = parser.lexer.line;
    if (result == PARSE_WRONG)
        shell.status = STATUS_USAGE;
    return true;
}

// After a command that was given up nothing of it is left but its status.
static void command_clear(void)
{
    redirect_undo(0);
    shell.conditions = 0;
    if (execution.functions > 0) {
        shell.arguments = shell.own_arguments;
        shell.argument_count = shell.own_argument_count;
    }
    execution = (struct execution){0};
    shell_interrupted = 0;
}

// Behind the ^C that the terminal shows.
static void interruption_show(void)
{
    if (shell.interactive && shell_interrupted)
        fputc('\n', stderr);
}

int shell_run_input(void)
{
    static unsigned line = 1;
    static struct arena_mark memory;
    static bool goes_on = true;

    memory = arena_mark();
    if (setjmp(prompt) != 0) {
        interruption_show();
        command_clear();
    }
    while (goes_on) {
        arena_release(memory);
        shell_interrupted = 0;
        goes_on = input_run(&line);
        interruption_show();
    }
    return shell.status;
}
