// SPDX-License-Identifier: MIT
// Redirections. What an open file was before is kept under a number that programs do not inherit.
#include "redirect.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "expand.h"
#include "parser.h"
#include "shell.h"

#define SAVED_LIMIT 16

static struct {
    int file;
    int copy; // -1: it was not open
} saved[SAVED_LIMIT];
static unsigned saved_count;

unsigned redirect_mark(void)
{
    return saved_count;
}

static bool file_save(int file)
{
    if (saved_count == SAVED_LIMIT) {
        shell_error("too many redirections");
        return false;
    }
    int copy = fcntl(file, F_DUPFD, REDIRECT_OWN_FILES);

    if (copy >= 0) {
        fcntl(copy, F_SETFD, FD_CLOEXEC);
    } else if (errno != EBADF) {
        shell_error("%d: %s", file, strerror(errno));
        return false;
    }
    saved[saved_count].file = file;
    saved[saved_count].copy = copy;
    saved_count++;
    return true;
}

void redirect_undo(unsigned mark)
{
    while (saved_count > mark) {
        saved_count--;
        if (saved[saved_count].copy < 0) {
            close(saved[saved_count].file);
        } else {
            dup2(saved[saved_count].copy, saved[saved_count].file);
            close(saved[saved_count].copy);
        }
    }
}

void redirect_keep(unsigned mark)
{
    while (saved_count > mark) {
        saved_count--;
        if (saved[saved_count].copy >= 0)
            close(saved[saved_count].copy);
    }
}

// A file with the text of a here-document, which nobody else can find. Returns its number, or -1.
static int here_open(const struct redirection *redirection)
{
    static unsigned count;
    char path[32];
    bool quoted = strpbrk(redirection->word, "\\'\"") != NULL;
    const char *text = quoted ? redirection->here : expand_quoted(redirection->here);
    size_t length = strlen(text);

    snprintf(path, sizeof path, "/tmp/sh.%d.%u", (int)getpid(), count++);
    int file = open(path, O_RDWR | O_CREAT | O_EXCL, S_IRUSR | S_IWUSR);

    if (file < 0) {
        shell_error("%s: %s", path, strerror(errno));
        return -1;
    }
    unlink(path);
    if (write(file, text, length) != (ssize_t)length || lseek(file, 0, SEEK_SET) != 0) {
        shell_error("here-document: %s", strerror(errno));
        close(file);
        return -1;
    }
    return file;
}

static int path_open(const struct redirection *redirection)
{
    const char *path = expand_text(redirection->word);
    int flags = O_RDONLY;

    if (redirection->kind == TOKEN_GREATER)
        flags = O_WRONLY | O_CREAT | O_TRUNC;
    else if (redirection->kind == TOKEN_APPEND)
        flags = O_WRONLY | O_CREAT | O_APPEND;
    int file = open(path, flags, S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH);

    if (file < 0)
        shell_error("%s: %s", path, strerror(errno));
    return file;
}

// `>&-` closes, `>&2` makes a copy.
static bool duplicate_apply(const struct redirection *redirection)
{
    const char *word = expand_text(redirection->word);
    char *end;
    long from = strtol(word, &end, 10);

    if (strcmp(word, "-") == 0) {
        close(redirection->file);
        return true;
    }
    if (end == word || *end != '\0') {
        shell_error("%s: not the number of a file", word);
        return false;
    }
    if (dup2((int)from, redirection->file) < 0) {
        shell_error("%s: %s", word, strerror(errno));
        return false;
    }
    return true;
}

static bool apply_one(const struct redirection *redirection)
{
    if (redirection->kind == TOKEN_LESS_AND || redirection->kind == TOKEN_GREATER_AND)
        return duplicate_apply(redirection);
    bool here = redirection->kind == TOKEN_HERE || redirection->kind == TOKEN_HERE_TABS;
    int file = here ? here_open(redirection) : path_open(redirection);

    if (file < 0)
        return false;
    if (file != redirection->file) {
        dup2(file, redirection->file);
        close(file);
    }
    return true;
}

bool redirect_apply(const struct redirection *list)
{
    for (; list != NULL; list = list->next) {
        if (list->file >= REDIRECT_OWN_FILES) {
            shell_error("%d: not the number of a file", list->file);
            return false;
        }
        if (!file_save(list->file) || !apply_one(list))
            return false;
    }
    return true;
}
