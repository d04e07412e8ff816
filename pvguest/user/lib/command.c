// SPDX-License-Identifier: MIT
// Commands for the shell (IEEE Std 1003.1-2017, system, popen, pclose).
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

// What a child ends with whose program could not be started, as the shell does it.
#define STATUS_NOT_FOUND 127

// The streams of popen() and who is at their other end.
struct command {
    struct command *next;
    FILE *stream;
    pid_t process;
};
static struct command *commands;

static _Noreturn void shell_exec(const char *command)
{
    execl("/bin/sh", "sh", "-c", command, NULL);
    _exit(STATUS_NOT_FOUND);
}

static int process_wait(pid_t process)
{
    int status;

    while (waitpid(process, &status, 0) < 0) {
        if (errno != EINTR)
            return -1;
    }
    return status;
}

// What is typed to interrupt the command does not interrupt who called it.
int system(const char *command)
{
    if (command == NULL)
        return 1;
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    struct sigaction interrupt;
    struct sigaction quit;

    sigaction(SIGINT, &ignore, &interrupt);
    sigaction(SIGQUIT, &ignore, &quit);
    pid_t child = fork();

    if (child == 0) {
        sigaction(SIGINT, &interrupt, NULL);
        sigaction(SIGQUIT, &quit, NULL);
        shell_exec(command);
    }
    int status = child < 0 ? -1 : process_wait(child);

    sigaction(SIGINT, &interrupt, NULL);
    sigaction(SIGQUIT, &quit, NULL);
    return status;
}

// In the child: `end` of the pipe becomes its standard output or input.
static _Noreturn void pipe_child(const int files[2], int end, const char *command)
{
    if (files[end] != end) {
        dup2(files[end], end);
        close(files[end]);
    }
    close(files[!end]);
    shell_exec(command);
}

static FILE *pipe_start(struct command *opened, const char *command, const char *mode)
{
    int child_end = *mode == 'r' ? STDOUT_FILENO : STDIN_FILENO;
    int files[2];

    if (pipe(files) < 0)
        return NULL;
    opened->stream = fdopen(files[!child_end], mode);
    opened->process = opened->stream != NULL ? fork() : -1;
    if (opened->process == 0)
        pipe_child(files, child_end, command);
    close(files[child_end]);
    if (opened->process > 0)
        return opened->stream;
    if (opened->stream != NULL)
        fclose(opened->stream);
    else
        close(files[!child_end]);
    return NULL;
}

FILE *popen(const char *command, const char *mode)
{
    struct command *opened = malloc(sizeof *opened);

    if (opened == NULL)
        return NULL;
    if (pipe_start(opened, command, mode) == NULL) {
        free(opened);
        return NULL;
    }
    opened->next = commands;
    commands = opened;
    return opened->stream;
}

int pclose(FILE *stream)
{
    struct command **link = &commands;

    while (*link != NULL && (*link)->stream != stream)
        link = &(*link)->next;
    if (*link == NULL) {
        errno = ECHILD;
        return -1;
    }
    struct command *closed = *link;
    pid_t process = closed->process;

    *link = closed->next;
    free(closed);
    fclose(stream);
    return process_wait(process);
}
