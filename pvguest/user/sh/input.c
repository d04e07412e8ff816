// SPDX-License-Identifier: MIT
// Lines of commands from the standard input.
#include "input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "edit.h"
#include "history.h"
#include "job.h"
#include "kernel/interface.h"
#include "shell.h"
#include "syscall.h"

#define PROMPT_MORE "> "
#define PROMPT_SIZE (sizeof((struct system_info *)0)->name + PATH_LIMIT + sizeof ":$ ")

// NAME:FOLDER$, with the machine's name.
static void prompt_make(char *prompt, size_t size)
{
    struct system_info info;
    char folder[PATH_LIMIT];

    if (syscall_system((uintptr_t)&info) < 0)
        info.name[0] = '\0';
    if (getcwd(folder, sizeof folder) == NULL)
        strlcpy(folder, "?", sizeof folder);
    snprintf(prompt, size, "%s:%s$ ", info.name, folder);
}

static char *typed_line(bool first)
{
    char prompt[PROMPT_SIZE] = PROMPT_MORE;

    if (first) {
        jobs_report(false);
        prompt_make(prompt, sizeof prompt);
    }
    fflush(NULL);
    return edit_line(prompt);
}

// Byte by byte, so that what is behind the line is left to the commands in it.
static char *plain_line(void)
{
    struct arena_mark memory = arena_mark();
    struct text line = {0};
    char c;
    ssize_t length;

    while ((length = read(STDIN_FILENO, &c, 1)) == 1 && c != '\n')
        text_append(&line, &c, c != '\0');
    char *copy = length == 1 || line.length > 0 ? memory_text(text_string(&line)) : NULL;

    arena_release(memory);
    return copy;
}

char *input_line(bool first)
{
    return shell.interactive ? typed_line(first) : plain_line();
}

// A command of several lines becomes one that can be edited, if that means the same.
void input_done(const char *text)
{
    if (!shell.interactive)
        return;
    char *line = memory_text(text);
    size_t length = strlen(line);

    while (length > 0 && line[length - 1] == '\n')
        line[--length] = '\0';
    if (strchr(line, '\n') == NULL)
        history_add(line);
    free(line);
}
